"""The report of a reviewed folder: figures once gathered, then a page, a PDF, a workbook and tables for machines."""
