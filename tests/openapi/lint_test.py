# SPDX-License-Identifier: Apache-2.0
"""The API description under an npm linter, with every rule it has but those that spectral.yaml gives a reason for."""
import json
import os
import pathlib
import shutil
import subprocess
import unittest

HERE = pathlib.Path(__file__).resolve().parent
RELEASE = os.environ.get("GATEHOUSE_RELEASE", str(HERE.parents[1] / "build/release"))
INSTALLED = pathlib.Path(os.environ.get("GATEHOUSE_LINTER", HERE.parents[1] / "build/openapi_linter"))


def install():
    """What package-lock.json pins, once."""
    lock = (HERE / "package-lock.json").read_text()
    installed = INSTALLED / "package-lock.json"
    if (INSTALLED / "complete").exists() and installed.read_text() == lock:
        return
    shutil.rmtree(INSTALLED, ignore_errors=True)
    INSTALLED.mkdir(parents=True)
    for name in ("package.json", "package-lock.json", ".npmrc"):
        shutil.copy(HERE / name, INSTALLED)
    done = subprocess.run(["npm", "ci"], cwd=INSTALLED, text=True, capture_output=True)
    assert done.returncode == 0, done.stderr
    (INSTALLED / "complete").touch()


def lint(document):
    """What it finds in the text of a document: 'rule at place', in order."""
    file = INSTALLED / "document.json"
    file.write_text(document)
    done = subprocess.run(
        ["node", "--require", HERE / "no_network.cjs", INSTALLED / "node_modules/.bin/spectral", "lint", "--quiet",
         "--ruleset", HERE / "spectral.yaml", "--fail-severity", "hint", "--format", "json", file],
        text=True, capture_output=True)
    assert done.returncode in (0, 1), done.stderr
    found = [f"{one['code']} at {'.'.join(map(str, one['path']))}: {one['message']}" for one in json.loads(done.stdout)]
    assert done.returncode == bool(found), done
    return found


class Description(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        install()
        done = subprocess.run([RELEASE + "/bin/gatehouse", "openapi", "--executables", RELEASE + "/bin"], text=True,
                              capture_output=True, env={"GATEHOUSE_CONFIG": "/dev/null", "EXAMPLES": "on"}, check=True)
        cls.text = done.stdout

    def test_the_linter_finds_nothing(self):
        self.assertEqual(lint(self.text), [])

    def test_the_linter_would_find_something(self):
        document = json.loads(self.text)
        document["paths"]["/health"]["get"]["operationId"] = "root_get"
        del document["paths"]["/health"]["get"]["responses"]["200"]["description"]
        self.assertEqual([line.split(" at ")[0] for line in lint(json.dumps(document))],
                         ["operation-operationId-unique", "oas3-schema"])

    def test_a_name_and_password_a_bearer_token_and_an_api_key_are_the_ways_in(self):
        document = json.loads(self.text)
        schemes = document["components"]["securitySchemes"]
        flow = schemes["password"]["flows"]["password"]
        self.assertEqual(flow["tokenUrl"], "/api/v1/auth/token")
        self.assertIn("profile:read", flow["scopes"])
        self.assertEqual((schemes["bearer"]["type"], schemes["bearer"]["scheme"]), ("http", "bearer"))
        self.assertEqual((schemes["apiKey"]["in"], schemes["apiKey"]["name"]), ("header", "X-API-Key"))
        me = document["paths"]["/api/v1/users/me"]["get"]
        self.assertEqual(me["security"], [{"password": ["profile:read"]}, {"bearer": []}, {"apiKey": []}])
        self.assertEqual(document["paths"]["/api/v1/auth/token"]["post"]["security"], [])


if __name__ == "__main__":
    unittest.main()
