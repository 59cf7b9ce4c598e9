#!/usr/bin/env bash
# Reviews a note, then many as a job, with curl. Wants NOTE_REVIEW_URL and NOTE_REVIEW_TOKEN.
set -euo pipefail
api() { curl --silent --show-error --fail-with-body --header "Authorization: Bearer $NOTE_REVIEW_TOKEN" "$@"; }

note='{"id": "op-017", "text": "97112 x 23 min: tandem stance on foam, CGA.", "claim": [{"code": "97112", "units": 2}]}'

echo "One note:"
api "$NOTE_REVIEW_URL/v1/review" --json "$note"
echo

echo "The same while it is being written:"
api "$NOTE_REVIEW_URL/v1/review" --json "${note%\}}, \"stage\": \"draft\"}"
echo

echo "Two as a job; the Idempotency-Key makes a retry safe:"
job=$(printf '%s\n%s\n' "$note" "$note" | api "$NOTE_REVIEW_URL/v1/jobs" --data-binary @- \
  --header "Content-Type: application/jsonl" --header "Idempotency-Key: example-$$-$RANDOM" \
  | sed 's/.*"id": *"\([0-9a-f]*\)".*/\1/')
for _ in $(seq 60); do
  api "$NOTE_REVIEW_URL/v1/jobs/$job" | grep -q '"state": *"done"' && break
  sleep 0.5
done
api "$NOTE_REVIEW_URL/v1/jobs/$job/reviews"
api "$NOTE_REVIEW_URL/v1/jobs/$job" --request DELETE
