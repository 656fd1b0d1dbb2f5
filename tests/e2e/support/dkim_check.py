"""Verifies the DKIM signatures of a mail by dkimpy, which we did not write.

Standard input: {"mail": base64, "records": {name: text}}; a name that is none of these has no record. Prints a line for
each signature of the mail, in its order: {"domain", "selector", "algorithm", "valid"}.
"""

import base64
import json
import re
import sys

import dkim


def main():
    asked = json.load(sys.stdin)
    mail = base64.b64decode(asked["mail"])
    records = {name.rstrip(".").lower(): text for name, text in asked["records"].items()}

    def text_of(name, timeout=5):
        return records.get(name.decode().rstrip(".").lower(), "").encode() or None

    header = mail.split(b"\r\n\r\n", 1)[0]
    signatures = len(re.findall(rb"^DKIM-Signature:", header, re.M | re.I))
    for index in range(signatures):
        verifier = dkim.DKIM(mail)
        try:
            valid = verifier.verify(idx=index, dnsfunc=text_of)
        except dkim.DKIMException as error:
            print(f"signature {index}: {error}", file=sys.stderr)
            valid = False
        fields = verifier.signature_fields
        print(json.dumps({"domain": (fields.get(b"d") or b"").decode(), "selector": (fields.get(b"s") or b"").decode(),
                          "algorithm": (fields.get(b"a") or b"").decode(), "valid": bool(valid)}))


main()
