"""What PyPI's model-signing says of a copy: same digest from the folder, and our statement, signed, verifies.

Arguments: the folder of the copy's files, the predicate file, its type, the subject digest, the subject's name.
"""

import base64
import json
import pathlib
import sys
import tempfile

import model_signing
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from google.protobuf import json_format
from model_signing._signing import sign_ec_key, signing

from peer_case import case, equal, refused

folder = pathlib.Path(sys.argv[1])
predicate_file, predicate_type, subject_digest, subject_name = sys.argv[2:6]
predicate = json.loads(pathlib.Path(predicate_file).read_text(encoding="utf-8"))
hashing = model_signing.hashing.Config().use_file_serialization(hashing_algorithm="sha256")
manifest = hashing.hash(folder)


class OurPayload:
    """Our subject and predicate in the place of model-signing's own."""

    def __init__(self) -> None:
        subject = signing.statement.ResourceDescriptor(
            name=subject_name, digest={"sha256": subject_digest.removeprefix("sha256:")}
        )
        self.statement = signing.statement.Statement(
            subjects=[subject.pb], predicate_type=predicate_type, predicate=predicate
        )


def write_keys(place: pathlib.Path) -> tuple[pathlib.Path, pathlib.Path]:
    key = ec.generate_private_key(ec.SECP256R1())
    private, public = place / "key.pem", place / "key.pub"
    private.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    public.write_bytes(
        key.public_key().public_bytes(
            serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
        )
    )
    return private, public


with case("the digest of the folder is our content digest") as detail:
    theirs = json_format.MessageToDict(signing.Payload(manifest).statement.pb)
    equal("sha256:" + theirs["subject"][0]["digest"]["sha256"], subject_digest, "digest")
    equal(theirs["predicateType"], predicate_type, "type of the predicate")
    equal(predicate["resources"], theirs["predicate"]["resources"], "resources")
    detail.text = f"{len(predicate['resources'])} files, {subject_digest[:23]}…"

with tempfile.TemporaryDirectory() as name:
    place = pathlib.Path(name)
    private, public = write_keys(place)
    signature = place / "model.sig"
    sign_ec_key.Signer(private).sign(OurPayload()).write(signature)

    def verify() -> None:
        model_signing.verifying.Config().use_elliptic_key_verifier(public_key=public).verify(folder, signature)

    with case("our statement, signed with a test key, verifies against the folder"):
        verify()

    with case("and no longer when a byte of the folder is another"):
        victim = folder / predicate["resources"][0]["name"]
        good = victim.read_bytes()
        victim.write_bytes(bytes([good[0] ^ 1]) + good[1:])
        try:
            with refused():
                verify()
        finally:
            victim.write_bytes(good)

    with case("but still when one of Git's own files at the root is, which no signature covers"):
        (folder / ".gitignore").write_text("another", encoding="utf-8")
        verify()

    with case("the signed payload is our predicate, byte for byte as JSON"):
        envelope = json.loads(signature.read_text(encoding="utf-8"))["dsseEnvelope"]
        payload = json.loads(base64.b64decode(envelope["payload"]))
        equal(payload["predicate"], predicate, "predicate")
