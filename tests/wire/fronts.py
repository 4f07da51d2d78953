# SPDX-License-Identifier: Apache-2.0
"""The other front servers beside a running product: each from its shipped site.conf, as the README of its folder says."""
import os
import pathlib
import pwd
import re
import shutil
import socket
import ssl
import subprocess
import tempfile

from product import Answer, Client, SOURCE, free_port, http, until

HOST, SITE, OTHER_SITE = "auth.example.com", "www.example.com", "wiki.example.com"
URL = "https://" + HOST
INSTALLED = "/srv/gatehouse"  # where the shipped configurations think it is
CERTIFICATE = "/etc/ssl/certs/auth.example.com.pem"
KEY = "/etc/ssl/private/auth.example.com.key"
AS_ROOT = os.getuid() == 0
MODULES = "/usr/lib/apache2/modules"


def write(path, text):
    path = pathlib.Path(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    return str(path)


def write_bytes(path, content):
    """In one step, for whoever reads it meanwhile."""
    pathlib.Path(path + ".new").write_bytes(content)
    os.replace(path + ".new", path)


def with_other_site(text, name_of_site, before):
    """The guarded site as shipped, www, and the same once more as another, wiki; without what stands before, which is the
    server's."""
    other = text[text.index(before):]
    assert name_of_site in other
    return text + "\n" + other.replace(SITE, OTHER_SITE).replace(name_of_site, name_of_site.replace("www", "wiki"))


def new_certificate(folder, *names):
    """Answers the paths of a certificate that nobody vouches for, and of its key."""
    certificate, key = folder + "/cert.pem", folder + "/key.pem"
    subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days",
                    "30", "-subj", "/CN=" + names[0], "-addext", "subjectAltName=" + ",".join("DNS:" + n for n in names),
                    "-keyout", key, "-out", certificate], check=True, capture_output=True)
    return certificate, key


class Front(Client):
    """A front server on a port of its own for https, and one for plain http (`plain`)."""
    name = None
    is_shared = False  # an Apache of somebody else's
    host = HOST
    changes = {}  # what of the shipped configuration is replaced
    also = ""  # what else a site's own configuration says, beside what is shipped

    def __init__(self, product, guard=None):
        """guard: the folder of its sockets, where the example site is to stand beside, at www.example.com."""
        super().__init__(free_port())
        self.product = product
        self.guard = guard
        self.plain = Client(free_port())
        self.folder = tempfile.mkdtemp(prefix=self.name + "-", dir=product.folder)
        # An installation as the configurations expect one: their own copy of etc/, the product's share/, the guard's sockets.
        self.home = self.folder + "/home"
        os.makedirs(self.home + "/etc")
        self.link_home()
        os.chmod(self.folder, 0o755)

    def link_home(self):
        os.symlink(self.product.var + "/share", self.home + "/share")
        os.symlink(self.guard or self.product.var + "/run", self.home + "/run")

    # ---- bytes ----

    def connect(self, name=HOST, alpn=None):
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
        if alpn:
            context.set_alpn_protocols([alpn])
        s = socket.create_connection(("127.0.0.1", self.port), timeout=30)
        try:
            return context.wrap_socket(s, server_hostname=name)
        except BaseException:
            s.close()
            raise

    def send(self, request, method="GET"):
        with self.connect() as s:
            try:
                s.sendall(request)
            except OSError:
                pass  # it may answer and close before it has read all
            response = http.client.HTTPResponse(s, method=method)
            try:
                response.begin()
                return Answer(response)
            except (http.client.HTTPException, OSError):
                return None

    def request(self, method, path, body=b"", **headers):
        return super().request(method, path, body, **{"Host": self.host, **headers})

    def raw(self, *lines, body=b"", host=True, method="GET"):
        head = [lines[0], *([f"Host: {self.host}"] if host else []), "Connection: close", *lines[1:], "", ""]
        return self.send("\r\n".join(head).encode("latin-1") + body, method)

    # ---- the server ----

    def install(self, server, **changes):
        """The shipped folder, with what a person replaces replaced."""
        certificate, key = new_certificate(self.folder, HOST, SITE, OTHER_SITE)
        changes = {CERTIFICATE: certificate, KEY: key, **changes, **self.places(), **self.changes}
        target = f"{self.home}/etc/{server}"
        shutil.copytree(f"{SOURCE}/{server}", target)
        for path in pathlib.Path(target).rglob("*.conf"):
            text = path.read_text()
            for old, new in changes.items():
                text = text.replace(old, new)
            path.write_text(text)
        return target

    def places(self):
        return {INSTALLED: self.home, "/srv/www": self.folder + "/www", "/run/php/php-fpm.sock": self.folder + "/php.sock"}

    def install_site(self):
        shutil.copytree(f"{SOURCE}/tests/wire/site", self.folder + "/www")
        php = ["spawn-fcgi", "-n", "-s", self.folder + "/php.sock", "-M", "0666", "--", shutil.which("php-cgi")]
        self.helpers.append(subprocess.Popen(["setpriv", "--pdeathsig", "TERM", *php], stdin=subprocess.DEVNULL,
                                             stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL))

    # Whether the front server counts requests; where not, it is told that the handlers do.
    limited = False

    def command(self, *words):
        counts = {} if self.limited else {"RATE_LIMIT_STORE": "mysql"}
        return subprocess.run([self.product.var + "/bin/gatehouse", *words], capture_output=True, text=True, check=True,
                              env={**os.environ, **counts}).stdout

    def routes(self, server):
        return self.command("routes", server, "--executables", self.product.var + "/bin",
                            "--sockets", self.product.var + "/run")

    def __enter__(self):
        self.process = None
        self.helpers = []
        try:
            if self.guard:
                self.install_site()
            command = self.configure()
            # As a session of its own, so that it and all it starts can be ended by one number.
            with open(self.folder + "/output.log", "w") as log:
                self.process = subprocess.Popen(["setpriv", "--pdeathsig", "TERM", *command], stdin=subprocess.DEVNULL,
                                                stdout=log, stderr=log, start_new_session=True)
            until(lambda: self.answers() or self.process.poll() is not None, 30, self.name)
            assert self.process.poll() is None, self.ends_of_logs()
        except BaseException:
            self.__exit__()
            raise
        return self

    def answers(self):
        try:
            answer = self.get("/health")
        except OSError:
            return False
        return answer is not None and answer.status == 200

    def __exit__(self, *_):
        if self.process is not None:
            self.process.terminate()
            self.process.wait(30)
        for helper in self.helpers:
            helper.terminate()
            helper.wait(30)

    def ends_of_logs(self):
        logs = sorted(pathlib.Path(self.folder).glob("*.log"))
        return "".join(f"--- {log}\n{log.read_text(errors='replace')[-3000:]}" for log in logs)


class Lighttpd(Front):
    name = "lighttpd"

    def configure(self):
        target = self.install("lighttpd", **{":443": f"127.0.0.1:{self.port}", "/var/log/lighttpd": self.folder,
                                             "server.port = 80": f'server.bind = "127.0.0.1"\nserver.port = {self.plain.port}'})
        write(target + "/routes.conf", self.routes("lighttpd"))
        shutil.copy(self.product.var + "/etc/lighttpd/limits_table.lua", target)
        site = pathlib.Path(target, "site.conf").read_text()
        if self.guard:
            guarded = pathlib.Path(target, "guarded-site.conf").read_text()
            site += with_other_site(guarded, '("GATEHOUSE_SITE" => "www")', "$HTTP[") + self.also
        if not AS_ROOT:
            site = re.sub(r"(?m)^server\.(user|group)name.*\n", "", site)
        if not self.limited:
            site = re.sub(r"(?m)^include .*limits\.conf.*\n", "", site)
        if AS_ROOT:
            os.chown(self.folder, pwd.getpwnam("www-data").pw_uid, -1)
        return ["lighttpd", "-D", "-f", write(self.folder + "/site.conf", site)]


class LimitedLighttpd(Lighttpd):
    name, limited = "limited", True


class Nginx(Front):
    name = "nginx"

    def configure(self):
        target = self.install("nginx", **{"listen 80": f"listen 127.0.0.1:{self.plain.port}",
                                          "listen 443": f"listen 127.0.0.1:{self.port}"})
        write(target + "/routes.conf", self.routes("nginx"))
        write(target + "/limits.conf", self.command("limits", "nginx", "--zones"))
        if self.guard:
            guarded = pathlib.Path(target, "guarded-site.conf")
            guarded.write_text(with_other_site(guarded.read_text(), "set $gatehouse_site www;", "server {"))
        temporary = "\n".join(f"{kind}_temp_path {self.folder}/{kind};"
                              for kind in ("client_body", "fastcgi", "proxy", "scgi", "uwsgi"))
        user = "user www-data;" if AS_ROOT else ""
        # The rest is as Debian's nginx.conf has it, where it bears on ours.
        main = f"""{user}
daemon off; worker_processes 1; pid {self.folder}/nginx.pid; error_log {self.folder}/error.log;
events {{ worker_connections 768; }}
http {{
  sendfile on; tcp_nopush on; types_hash_max_size 2048; include /etc/nginx/mime.types; default_type application/octet-stream;
  access_log off; gzip on; gzip_proxied any; gzip_types application/json application/problem+json; {temporary}
  include {target}/site.conf;
  {f"include {target}/guarded-site.conf;" if self.guard else ""}
}}"""
        return ["nginx", "-e", self.folder + "/error.log", "-c", write(self.folder + "/nginx.conf", main)]


class LimitedNginx(Nginx):
    name, limited = "limited-nginx", True


class Apache(Front):
    """mod_proxy_fcgi to the held sockets."""
    name = "apache"

    def __init__(self, product, guard=None):
        super().__init__(product, guard)
        self.guard_port = free_port()  # mod_authnz_fcgi speaks TCP only

    def user(self):
        return "User www-data\nGroup www-data" if AS_ROOT else ""

    def site(self):
        target = self.install("apache", **{"*:80": f"*:{self.plain.port}", "*:443": f"*:{self.port}",
                                           ":1013/": f":{self.guard_port}/"})
        write(target + "/routes.conf", self.routes("apache"))
        site = pathlib.Path(target, "site.conf").read_text()
        if self.guard:
            guarded = pathlib.Path(target, "guarded-site.conf").read_text()
            site += with_other_site(guarded, "GATEHOUSE_SITE=www", "<VirtualHost")
        return site

    def configure(self):
        site = self.site()
        wanted = " ".join(["mpm_event", *re.findall(r"a2enmod ([a-z_ ]+)\n", site)])
        modules = "\n".join(f"LoadModule {name}_module {MODULES}/mod_{name}.so" for name in dict.fromkeys(wanted.split()))
        main = f"""ServerRoot {self.folder}
{modules}
DefaultRuntimeDir {self.folder}
PidFile {self.folder}/apache.pid
ErrorLog {self.folder}/error.log
TypesConfig /etc/mime.types
ServerName localhost
{self.user()}
{f"ScriptSock {self.folder}/cgisock" if "cgid" in wanted else ""}
Listen 127.0.0.1:{self.plain.port}
Listen 127.0.0.1:{self.port} https
<Directory />
  AllowOverride None
  Require all denied
</Directory>
<FilesMatch "^\\.ht">
  Require all denied
</FilesMatch>
# As Debian has it.
<IfModule deflate_module>
<IfModule filter_module>
  AddOutputFilterByType DEFLATE text/html text/plain text/xml text/css text/javascript application/javascript application/json
</IfModule>
</IfModule>
{site}
"""
        return ["apache2", "-D", "FOREGROUND", "-f", write(self.folder + "/apache.conf", main)]


class SharedApache(Apache):
    """An Apache that is somebody else's: all there is is a folder and its .htaccess, and one uid."""
    kind = extra = None
    is_shared = True

    def link_home(self):
        # An installation of its own, since here one uid reads every credential.
        for part in ("bin", "credentials"):
            shutil.copytree(f"{self.product.var}/{part}", f"{self.home}/{part}")
        for part in ("run", "share"):
            os.makedirs(f"{self.home}/{part}")
        shutil.copy(self.product.var + "/share/openapi.json", self.home + "/share")
        shutil.copytree(self.product.var + "/share/web/assets", self.home + "/share/web/assets")

    def group(self):
        return os.stat(self.product.var + "/run/db").st_gid

    def user(self):
        return f"User www-data\nGroup #{self.group()}" if AS_ROOT else ""

    def site(self):
        product, home = self.product, self.home
        settings = pathlib.Path(product.var, "etc/gatehouse.conf").read_text()
        for key, value in product.settings.items():
            if not key.startswith("GATEHOUSE_"):
                settings = re.sub(f"(?m)^{key} = .*\n", "", settings) + f"{key} = {value}\n"
        settings += "ALLOW_SHARED_UID = on\n"  # there is no suexec here
        os.chmod(write(home + "/etc/gatehouse.conf", settings), 0o600)
        shutil.copy(product.var + "/etc/mail.pub", home + "/etc/mail.pub")
        htdocs = self.folder + "/htdocs"
        shipped = pathlib.Path(SOURCE, f"apache/htaccess/{self.kind}.htaccess").read_text()
        write(htdocs + "/.htaccess", shipped + self.routes("htaccess"))
        os.symlink(home + "/bin", htdocs + "/gatehouse")
        os.symlink(home + "/share/web/assets", htdocs + "/assets")
        if AS_ROOT:
            subprocess.run(["chown", "-Rh", f"www-data:{self.group()}", home, htdocs], check=True)
        certificate, key = new_certificate(self.folder, HOST, SITE, OTHER_SITE)
        return f"""# a2enmod alias authz_core deflate dir env filter headers mime reqtimeout rewrite setenvif ssl {self.extra[0]}
{self.extra[1].format(folder=self.folder)}
<Directory {htdocs}>
  AllowOverride All
  Options FollowSymLinks
  Require all granted
</Directory>
<Directory {home}/bin>
  AllowOverride All
  Options FollowSymLinks
  Require all granted
</Directory>
<Directory {home}/share/web/assets>
  Require all granted
</Directory>
DocumentRoot {htdocs}
<VirtualHost *:{self.plain.port}>
  ServerName {HOST}
</VirtualHost>
<VirtualHost *:{self.port}>
  ServerName {HOST}
  SSLEngine On
  SSLCertificateFile {certificate}
  SSLCertificateKeyFile {key}
</VirtualHost>
{self.guarded_site(certificate, key) if self.guard else ""}
"""


    def guarded_site(self, certificate, key):
        # Another folder for another site, of the same files.
        shutil.copytree(self.folder + "/www", self.folder + "/wiki")
        return "".join(self.guarded_folder(*each, certificate, key) for each in (("www", SITE), ("wiki", OTHER_SITE)))

    def guarded_folder(self, site, host, certificate, key):
        folder = f"{self.folder}/{site}"
        shipped = pathlib.Path(SOURCE, "apache/htaccess/guard.htaccess").read_text()
        write(folder + "/.htaccess", shipped.replace(INSTALLED, self.home).replace("SITE=www", "SITE=" + site))
        os.mkdir(folder + "/.gatehouse")
        for name in ("guard", "guard_return"):
            os.symlink(f"{self.home}/bin/{name}.fcgi", f"{folder}/.gatehouse/{name}.fcgi")
        return f"""<Directory {folder}>
  AllowOverride All
  Options FollowSymLinks ExecCGI
  AddHandler cgi-script .cgi
  Require all granted
</Directory>
<VirtualHost *:{self.port}>
  ServerName {host}
  DocumentRoot {folder}
  DirectoryIndex index.html
  <FilesMatch "\\.php$">
    ProxyFCGIBackendType GENERIC
    SetHandler "proxy:unix:{self.folder}/php.sock|fcgi://localhost"
  </FilesMatch>
  SSLEngine On
  SSLCertificateFile {certificate}
  SSLCertificateKeyFile {key}
</VirtualHost>
"""


class ApacheFcgid(SharedApache):
    name, kind = "fcgid", "fcgid"
    extra = "fcgid cgid proxy proxy_fcgi", "FcgidIPCDir {folder}/ipc\nFcgidProcessTableFile {folder}/fcgid_shm"


class ApacheCgi(SharedApache):
    name, kind = "cgi", "cgi"
    extra = "cgid", ""
