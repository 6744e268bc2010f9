import { type CodeRequest, givenInputOf, indented, mutation } from './request.ts';

/** A Python script that needs no package: it makes the video and asks for its state until it has ended. */
export function pythonOf(request: CodeRequest): string {
  const { url, needsToken } = request;
  const lines = Object.entries(givenInputOf(request)).map(
    // What JSON writes for texts and numbers, Python reads.
    ([name, value]) => `    ${JSON.stringify(name)}: ${JSON.stringify(value)},`,
  );
  const token = needsToken ? `\n        "authorization": "Bearer " + os.environ["REELGATE_TOKEN"],` : '';
  return `import json${needsToken ? '\nimport os' : ''}
import time
import urllib.request
import uuid


def ask(query, **variables):
    body = json.dumps({"query": query, "variables": variables}).encode()
    headers = {
        "content-type": "application/json",${token}
    }
    request = urllib.request.Request(${JSON.stringify(url)}, body, headers)
    with urllib.request.urlopen(request) as response:
        return json.load(response)["data"]


# Sending the same key again makes no second video.
created = ask("""
${indented(mutation, 0)}
""", input={
${lines.join('\n')}
    "idempotencyKey": str(uuid.uuid4()),
})["generateVideo"]
if created["__typename"] != "GenerateVideoSuccess":
    raise SystemExit(created["message"])

job = {"status": "PENDING"}
while job["status"] in ("PENDING", "QUEUED", "PROCESSING"):
    time.sleep(2)
    job = ask("""
query ($id: ID!) {
  job(id: $id) { status videoUrl failure { message } }
}
""", id=created["job"]["id"])["job"]
    print(job["status"])

print(job["videoUrl"] if job["failure"] is None else job["failure"]["message"])
`;
}
