# SPDX-License-Identifier: Apache-2.0
"""Where the log goes (LOG_TO), and that nothing is lost or held up by it."""
import concurrent.futures
import json
import os
import shutil
import socket
import subprocess
import unittest

from product import RELEASE, Product, new_folder, until


class Logs(unittest.TestCase):
    def setUp(self):
        self.folder = new_folder()
        self.addCleanup(shutil.rmtree, self.folder, ignore_errors=True)
        self.log = self.folder + "/gatehouse.log"

    def create(self):
        """As logrotate's `create` does: there, and writable by every executable, which each have a uid of their own."""
        with open(self.log + ".new", "w"):
            os.chmod(self.log + ".new", 0o666)
        os.rename(self.log + ".new", self.log)

    def lines(self, *names):
        found = []
        for name in names:
            with open(name) as log:
                found += [json.loads(line) for line in log]  # whole ones: no two are mixed
        return found

    def test_lines_of_all_executables_are_whole_and_all_there_while_the_file_is_renamed_away(self):
        self.create()
        with Product(LOG_TO="file:" + self.log) as product, concurrent.futures.ThreadPoolExecutor(4) as pool:
            sent = [f"request-{os.getpid()}-{n:04}" for n in range(300)]

            def ask(request):
                path = "/api/v1/users/me" if request[-1] in "02468" else "/nowhere"
                return product.get(path, X_Request_ID=request).status

            half = pool.map(ask, sent[:150])
            os.rename(self.log, self.log + ".1")
            self.create()
            answers = [*half, *pool.map(ask, sent[150:])]
            self.assertLessEqual(set(answers), {401, 404})
            # Each has looked at the name again within a second.
            until(lambda: product.get("/nowhere").status == 404 and self.lines(self.log), what="a line in the new file")
            said = self.lines(self.log + ".1", self.log)
            ids = [line["request_id"] for line in said if line.get("request_id") in sent]
            self.assertEqual(sorted(ids), sorted(sent))
            self.assertGreaterEqual(len({line["endpoint"] for line in said}), 2)
            with open(product.var + "/log/gatehouse.log") as standard_error:
                self.assertNotIn('"request_id"', standard_error.read())

    def test_a_full_disk_fails_no_request_and_is_told_on_stderr(self):
        with Product(LOG_TO="file:/dev/full") as product:
            self.assertEqual({product.get("/nowhere").status for _ in range(20)}, {404})
            token = product.new_token()
            self.assertEqual(product.me(token).status, 200)
            with open(product.var + "/log/gatehouse.log") as standard_error:
                self.assertIn("LOG_TO: /dev/full can't be written; lines are lost", standard_error.read())

    def test_syslog_hears_each_line_and_its_absence_fails_no_request(self):
        path = self.folder + "/syslog"
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as syslog:
            syslog.bind(path)
            os.chmod(path, 0o777)
            syslog.settimeout(20)
            with Product(LOG_TO="syslog", AUDIT_SYSLOG_SOCKET=path) as product:
                self.assertEqual(product.get("/nowhere", X_Request_ID="heard-by-syslog").status, 404)
                while "heard-by-syslog" not in (heard := syslog.recv(65536).decode()):
                    pass
                self.assertRegex(heard, r"^<84>[A-Z][a-z]{2} [ \d]\d [\d:]{8} gatehouse\[\d+\]: \{.*\}$")
                syslog.close()
                os.unlink(path)
                self.assertEqual({product.get("/nowhere").status for _ in range(20)}, {404})
                self.assertEqual(product.me(product.new_token()).status, 200)

    def test_a_cgi_program_writes_there_too(self):
        configuration = self.folder + "/gatehouse.conf"
        with open(configuration, "w") as file:
            os.chmod(configuration, 0o600)
            file.write(f"LOG_TO = file:{self.log}\nDATABASE_URL = mysql://x@localhost/x?socket=/nowhere\n")
        done = subprocess.run([RELEASE + "/bin/users_me.fcgi"], capture_output=True, text=True, stdin=subprocess.DEVNULL,
                              env={"GATEWAY_INTERFACE": "CGI/1.1", "GATEHOUSE_CONFIG": configuration, "REQUEST_METHOD": "GET",
                                   "REQUEST_URI": "/api/v1/users/me", "HTTP_HOST": "127.0.0.1:8080",
                                   "REMOTE_ADDR": "127.0.0.1", "LOG_TO": "stderr"})
        self.assertTrue(done.stdout.startswith("Status: "), done)
        self.assertEqual(done.stderr, "")
        line, = self.lines(self.log)
        self.assertEqual(line["endpoint"], "users_me")
        self.assertEqual(os.stat(self.log).st_mode & 0o777, 0o640)


if __name__ == "__main__":
    unittest.main()
