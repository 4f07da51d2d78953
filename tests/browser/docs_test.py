# SPDX-License-Identifier: Apache-2.0
"""The page at /docs as people meet it: in Chromium, from the product that scripts/run brought up."""
import os
import pathlib
import sys
import tempfile
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "wire"))
from browser import Browser  # noqa: E402
from product import PASSWORD, RELEASE, Product  # noqa: E402

POLICY = {"default-src": "'none'", "script-src": "'self'", "style-src": "'self'", "img-src": "'self' data:",
          "connect-src": "'self'", "frame-ancestors": "'none'", "base-uri": "'none'", "form-action": "'none'"}
ME = "#operations-users-users_me_get"


def setUpModule():
    global product
    product = unittest.enterModuleContext(Product())


class DocsPage(unittest.TestCase):
    def setUp(self):
        self.site = f"http://127.0.0.1:{product.port}"
        self.browser = self.enterContext(Browser())

    def tearDown(self):
        self.assertEqual(self.browser.errors(), [])
        elsewhere = [url for _, url in self.browser.requests() if not url.startswith(self.site + "/")]
        self.assertEqual(elsewhere, [])

    def open(self, path="/docs"):
        self.browser.open(self.site + path)
        self.browser.wait_for(".opblock")

    def try_out(self, operation):
        self.browser.click(operation + " .opblock-summary-control")
        self.browser.click(operation + " .try-out__btn")
        self.browser.click(operation + " .execute")

    def test_it_shows_every_operation_under_its_heading(self):
        self.open()
        self.assertEqual(self.browser.url, self.site + "/docs/")
        self.assertEqual(self.browser.title, "Gatehouse API")
        self.assertIn("Gatehouse", self.browser.text("h1, h2.title"))
        described = product.get("/openapi.json").json()
        paths = [path for path, operations in described["paths"].items() for _ in operations]
        shown = [path.replace("\u200b", "") for path in self.browser.texts(".opblock-summary-path")]
        self.assertEqual(sorted(shown), sorted(paths))
        headings = self.browser.script("return [...document.querySelectorAll('.opblock-tag')].map(t => t.dataset.tag)")
        self.assertEqual(headings, [tag["name"] for tag in described["tags"]])

    def test_redoc_leads_there(self):
        self.open("/redoc")
        self.assertEqual(self.browser.url, self.site + "/docs/")

    def test_a_name_and_a_password_open_what_needs_a_login(self):
        name = product.register()["username"]
        self.open()
        self.browser.click(".auth-wrapper > .authorize")
        self.browser.fill("#oauth_username", name)
        self.browser.fill("#oauth_password", PASSWORD)
        self.browser.click(".auth-container .authorize", "Authorize")
        self.browser.wait_for(".auth-container button", "Logout")
        self.browser.click(".btn-done", "Close")
        self.try_out(ME)
        self.browser.wait_for(ME + " .live-responses-table .response-col_status", "200")
        self.assertIn(f'"username": "{name}"', self.browser.text(ME + " .live-responses-table"))

    def test_a_wrong_password_is_said_and_opens_nothing(self):
        name = product.register()["username"]
        self.open()
        self.browser.click(".auth-wrapper > .authorize")
        self.browser.fill("#oauth_username", name)
        self.browser.fill("#oauth_password", "wrong" + PASSWORD)
        self.browser.click(".auth-container .authorize", "Authorize")
        self.browser.wait_for(".auth-container .errors", "Unauthorized")
        self.assertIn("401", "".join(self.browser.errors()))

    def test_without_a_login_the_problem_document_is_shown(self):
        self.open()
        self.try_out(ME)
        self.browser.wait_for(ME + " .live-responses-table .response-col_status", "401")
        self.assertIn("urn:gatehouse:problem:", self.browser.text(ME + " .live-responses-table"))
        self.assertIn("401", "".join(self.browser.errors()))

    def test_without_javascript_it_leads_to_the_description_itself(self):
        with Browser(javascript=False) as plain:
            plain.open(self.site + "/docs/")
            plain.wait_for("noscript a", "the description itself")
            self.assertFalse(plain.has("#api *"))
            plain.click("noscript a")
            plain.until(lambda: plain.url == self.site + "/openapi.json", "the description")


class DocsFiles(unittest.TestCase):
    def test_its_policy_and_the_other_headers_stand_on_every_part_once(self):
        api = product.get("/health")
        for path in ("/docs/", "/docs/index.html", "/docs/docs.js", "/docs/swagger-ui.css", "/docs/swagger-ui-bundle.js"):
            answer = product.get(path)
            self.assertEqual(answer.status, 200, path)
            policies = answer.headers.get_all("Content-Security-Policy")
            self.assertEqual(len(policies), 1, path)
            self.assertEqual(dict(part.strip().split(" ", 1) for part in policies[0].split(";")), POLICY, path)
            for name in ("X-Content-Type-Options", "X-Frame-Options", "Referrer-Policy"):
                self.assertEqual(answer.headers.get_all(name), api.headers.get_all(name), path)
        self.assertEqual(product.get("/docs/").headers["Content-Type"], "text/html; charset=utf-8")

    def test_it_is_sent_compressed_and_not_again(self):
        plain = product.get("/docs/swagger-ui-bundle.js")
        small = product.get("/docs/swagger-ui-bundle.js", Accept_Encoding="gzip")
        self.assertEqual(small.headers["Content-Encoding"], "gzip")
        self.assertLess(len(small.body), len(plain.body) // 3)
        again = product.get("/docs/swagger-ui-bundle.js", If_None_Match=plain.headers["ETag"])
        self.assertEqual(again.status, 304)

    def test_what_is_not_there_is_a_problem_and_no_listing(self):
        for path in ("/docs/nothing", "/docs/package.json", "/docs/../etc/gatehouse.conf", "/docsx"):
            answer = product.get(path)
            self.assertIn(answer.status, (400, 404), path)
            self.assertEqual(answer.headers["Content-Type"], "application/problem+json", path)


class WithoutDocs(unittest.TestCase):
    def test_in_production_it_is_a_404_like_anything_else(self):
        with Product(ENVIRONMENT="production") as closed:
            for path in ("/docs", "/docs/", "/docs/docs.js", "/redoc"):
                answer = closed.get(path)
                self.assertEqual(answer.status, 404, path)
                self.assertEqual(answer.json()["type"], closed.get("/nothing").json()["type"], path)

    def test_without_npm_it_is_said_how_to_get_the_page_and_all_else_is_there(self):
        with tempfile.TemporaryDirectory() as folder:
            os.chmod(folder, 0o755)  # handlers run as other users
            for program in {file for place in os.get_exec_path() if os.path.isdir(place) for file in os.scandir(place)}:
                link = pathlib.Path(folder, program.name)
                if program.name not in ("npm", "node") and not link.is_symlink():
                    link.symlink_to(program.path)
            release = pathlib.Path(folder, "build/release")  # no page was ever made beside it
            release.mkdir(parents=True)
            (release / "bin").symlink_to(RELEASE + "/bin")
            with Product(PATH=folder, GATEHOUSE_RELEASE=str(release)) as bare:
                said = [line for line in bare.said if "/docs" in line]
                self.assertEqual(said, ["no page at /docs: docs-page: this takes npm, once (apt-get install npm)\n"])
                self.assertEqual(bare.get("/docs").status, 404)
                self.assertEqual(bare.get("/openapi.json").status, 200)


if __name__ == "__main__":
    unittest.main()
