"""Clients of the stores' makers: they make the places that our lanes write to, and read back what arrived there.

Arguments: what to do, the address of the store, then what that takes. Prints one line of JSON.
"""

import datetime
import hashlib
import json
import os
import sys

# Of everybody's Azurite: https://github.com/Azure/Azurite#default-storage-account
ACCOUNT = "devstoreaccount1"
KEY = "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw=="


def s3(url: str, key: str, secret: str, token: str | None = None):
    import boto3
    from botocore.config import Config

    config = Config(s3={"addressing_style": "path"}, retries={"max_attempts": 1})
    return boto3.client(
        "s3",
        endpoint_url=url,
        aws_access_key_id=key,
        aws_secret_access_key=secret,
        aws_session_token=token,
        region_name="us-east-1",
        config=config,
    )


def s3_prepare(url: str, key: str, secret: str, bucket: str) -> object:
    s3(url, key, secret).create_bucket(Bucket=bucket)
    return bucket


def s3_read(url: str, key: str, secret: str, bucket: str, name: str) -> str:
    body = s3(url, key, secret).get_object(Bucket=bucket, Key=name)["Body"].read()
    return hashlib.sha256(body).hexdigest()


def s3_unfinished(url: str, key: str, secret: str, bucket: str) -> int:
    return len(s3(url, key, secret).list_multipart_uploads(Bucket=bucket).get("Uploads", []))


def moto_user(url: str) -> object:
    """A user with keys of its own, by the requests that moto lets through before it asks who sends them."""
    import boto3

    iam = boto3.client(
        "iam", endpoint_url=url, aws_access_key_id="a", aws_secret_access_key="b", region_name="us-east-1"
    )
    iam.create_user(UserName="copier")
    policy = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "s3:*", "Resource": "*"}]}
    iam.put_user_policy(UserName="copier", PolicyName="all", PolicyDocument=json.dumps(policy))
    made = iam.create_access_key(UserName="copier")["AccessKey"]
    return [made["AccessKeyId"], made["SecretAccessKey"]]


def moto_session(url: str, bucket: str) -> object:
    """A bucket, and temporary credentials of a role, by four requests that moto lets through without asking who sends them."""
    import boto3

    at = {"endpoint_url": url, "aws_access_key_id": "a", "aws_secret_access_key": "b", "region_name": "us-east-1"}
    trust = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"AWS": "*"}}]}
    policy = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "s3:*", "Resource": "*"}]}
    iam = boto3.client("iam", **at)
    role = iam.create_role(RoleName="catalog", AssumeRolePolicyDocument=json.dumps(trust))["Role"]["Arn"]
    iam.put_role_policy(RoleName="catalog", PolicyName="all", PolicyDocument=json.dumps(policy))
    boto3.client("s3", **at).create_bucket(Bucket=bucket)
    made = boto3.client("sts", **at).assume_role(RoleArn=role, RoleSessionName="peer")["Credentials"]
    return [made["AccessKeyId"], made["SecretAccessKey"], made["SessionToken"]]


def s3_objects(url: str, key: str, secret: str, token: str, bucket: str) -> object:
    """For every object its size, and how it is encrypted."""
    client = s3(url, key, secret, token)
    found = {}
    for page in client.get_paginator("list_objects_v2").paginate(Bucket=bucket):
        for row in page.get("Contents", []):
            head = client.head_object(Bucket=bucket, Key=row["Key"])
            found[row["Key"]] = [head["ContentLength"], head.get("ServerSideEncryption"), head.get("SSEKMSKeyId")]
    return found


def azure_prepare(url: str, container: str) -> object:
    from azure.storage.blob import BlobServiceClient, ContainerSasPermissions, generate_container_sas

    service = BlobServiceClient(f"{url}/{ACCOUNT}", credential=KEY)
    service.create_container(container)
    now = datetime.datetime.now(datetime.timezone.utc)

    def sas(permission: str, hours: int) -> str:
        return generate_container_sas(
            ACCOUNT,
            container,
            account_key=KEY,
            permission=ContainerSasPermissions.from_string(permission),
            start=now - datetime.timedelta(hours=2),
            expiry=now + datetime.timedelta(hours=hours),
        )

    return {"write": sas("rcwl", 1), "read": sas("r", 1), "expired": sas("rcwl", -1)}


def azure_read(url: str, container: str, name: str) -> str:
    from azure.storage.blob import BlobServiceClient

    service = BlobServiceClient(f"{url}/{ACCOUNT}", credential=KEY)
    return hashlib.sha256(service.get_blob_client(container, name).download_blob().readall()).hexdigest()


def google_read(url: str, bucket: str, name: str) -> str:
    os.environ["STORAGE_EMULATOR_HOST"] = url
    from google.auth.credentials import AnonymousCredentials
    from google.cloud import storage

    client = storage.Client(project="test", credentials=AnonymousCredentials())
    return hashlib.sha256(client.bucket(bucket).blob(name).download_as_bytes()).hexdigest()


DO = {
    function.__name__: function
    for function in (
        s3_prepare,
        s3_read,
        s3_unfinished,
        s3_objects,
        moto_user,
        moto_session,
        azure_prepare,
        azure_read,
        google_read,
    )
}

print(json.dumps(DO[sys.argv[1]](*sys.argv[2:])))
