"""HL7 v2 over MLLP: documents in, acknowledgements back, reviews onward as ORU^R01 or as jobs. Reading is the sources' own."""
