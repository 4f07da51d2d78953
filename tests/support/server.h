// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <sys/types.h>

#include <string>

#include "db/admin.h"

namespace gatehouse::test {

// A folder of its own under /tmp, with a short name (paths of unix sockets end at 107 bytes); gone when this is.
class TemporaryFolder {
 public:
  TemporaryFolder();
  ~TemporaryFolder();
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;

  const std::string& path() const { return path_; }

 private:
  std::string path_;
};

// A mariadbd on some data folder: a unix socket, no TCP, nothing flushed. It ends when this does, and also when this
// process crashes.
class Server {
 public:
  explicit Server(const std::string& data);
  ~Server();
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  // Lets it write down what it holds, so that its data can be copied.
  void shut_down();

  std::string url(const std::string& account = "root", const std::string& database = "gatehouse") const;
  std::string socket() const { return folder_.path() + "/sock"; }
  db::Target target() const { return db::parse_url(url()); }
  const std::string& folder() const { return folder_.path(); }

 private:
  TemporaryFolder folder_;
  pid_t pid_ = 0;
};

// DIR/data, migrated and with every endpoint's account, and DIR/credentials: made by the product's own command.
void make_template(const std::string& directory);

// What this process tests on: a server on a copy of GATEHOUSE_TEST_TEMPLATE, or on a template made for it alone.
struct Installation {
  Installation();

  TemporaryFolder folder;  // a template for itself, where ctest made none
  std::string credentials;
  std::string master_key_file;
  Secret mail_key;  // its public half is in FOLDER/mail.pub
  std::string run_directory;
  std::unique_ptr<Server> server;
};
Installation& installation();

}  // namespace gatehouse::test
