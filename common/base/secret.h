// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <memory>
#include <string_view>

namespace gatehouse {

// A value that must not leak: wiped when it dies, not copyable, not printable. `reveal()` is the one way in, so that
// `grep reveal` lists every place where a secret is looked at.
class Secret {
 public:
  Secret() = default;
  explicit Secret(std::string_view value);
  Secret(Secret&& other) noexcept;
  Secret& operator=(Secret&& other) noexcept;
  Secret(const Secret&) = delete;
  Secret& operator=(const Secret&) = delete;
  ~Secret();

  std::string_view reveal() const { return {bytes_.get(), size_}; }
  bool empty() const { return size_ == 0; }

 private:
  void wipe() noexcept;

  std::unique_ptr<char[]> bytes_;
  std::size_t size_ = 0;
};

// Takes the same time wherever two values of one length differ.
bool equal_in_constant_time(std::string_view a, std::string_view b);

}  // namespace gatehouse
