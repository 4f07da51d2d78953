// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>
#include <cstdint>
#include <limits>

#include "auth/factors/qr.h"

namespace gatehouse::factors {
namespace {

using Bytes = std::vector<std::uint8_t>;

// Error correction M, by version from 1: codewords of correction in a block, and blocks (table 9 of the standard).
struct Correction {
  int codewords;
  int blocks;
};
constexpr Correction kCorrections[] = {{10, 1},  {16, 1},  {26, 1},  {18, 2},  {24, 2},  {16, 4}, {18, 4},
                                       {22, 4},  {22, 5},  {26, 5},  {30, 5},  {22, 8},  {22, 9}, {24, 9},
                                       {24, 10}, {28, 10}, {28, 11}, {26, 13}, {26, 14}, {26, 16}};
constexpr int kVersions = std::size(kCorrections);
constexpr int kQuiet = 4;

int size_of(int version) { return 17 + 4 * version; }

// Modules that are neither patterns nor format, in whole codewords.
int codewords_of(int version) {
  int modules = (16 * version + 128) * version + 64;
  if (version >= 2) {
    const int patterns = version / 7 + 2;
    modules -= (25 * patterns - 10) * patterns - 55;
    if (version >= 7) modules -= 36;
  }
  return modules / 8;
}

int data_codewords_of(int version) {
  const Correction& c = kCorrections[version - 1];
  return codewords_of(version) - c.codewords * c.blocks;
}

// Bytes are told by a mode of 4 bits and a length of 8, from version 10 on of 16.
int length_bits_of(int version) { return version < 10 ? 8 : 16; }

int version_for(std::size_t bytes) {
  for (int version = 1; version <= kVersions; ++version) {
    const int most = (data_codewords_of(version) * 8 - 4 - length_bits_of(version)) / 8;
    if (bytes <= static_cast<std::size_t>(most)) return version;
  }
  return 0;
}

// In GF(2^8) modulo x^8 + x^4 + x^3 + x^2 + 1.
std::uint8_t multiply(std::uint8_t a, std::uint8_t b) {
  int product = 0;
  for (int i = 7; i >= 0; --i) {
    product = product << 1 ^ (product >> 7) * 0x11d;
    product ^= (b >> i & 1) * a;
  }
  return static_cast<std::uint8_t>(product);
}

Bytes generator_of(int degree) {
  Bytes polynomial(static_cast<std::size_t>(degree));
  polynomial.back() = 1;
  std::uint8_t root = 1;
  for (int i = 0; i < degree; ++i) {
    for (std::size_t j = 0; j < polynomial.size(); ++j) {
      polynomial[j] = multiply(polynomial[j], root);
      if (j + 1 < polynomial.size()) polynomial[j] ^= polynomial[j + 1];
    }
    root = multiply(root, 2);
  }
  return polynomial;
}

Bytes remainder_of(const Bytes& data, const Bytes& generator) {
  Bytes remainder(generator.size());
  for (const std::uint8_t byte : data) {
    const auto factor = static_cast<std::uint8_t>(byte ^ remainder.front());
    remainder.erase(remainder.begin());
    remainder.push_back(0);
    for (std::size_t i = 0; i < remainder.size(); ++i) remainder[i] ^= multiply(generator[i], factor);
  }
  return remainder;
}

Bytes data_of(std::string_view text, int version) {
  std::vector<bool> bits;
  const auto add = [&](unsigned value, int count) {
    for (int i = count - 1; i >= 0; --i) bits.push_back((value >> i & 1) != 0);
  };
  add(4, 4);
  add(static_cast<unsigned>(text.size()), length_bits_of(version));
  for (const char c : text) add(static_cast<unsigned char>(c), 8);
  const auto most = static_cast<std::size_t>(data_codewords_of(version)) * 8;
  add(0, static_cast<int>(std::min<std::size_t>(4, most - bits.size())));
  while (bits.size() % 8 != 0) bits.push_back(false);
  for (unsigned padding = 0xec; bits.size() < most; padding ^= 0xec ^ 0x11) add(padding, 8);
  Bytes data(bits.size() / 8);
  for (std::size_t i = 0; i < bits.size(); ++i) data[i / 8] = static_cast<std::uint8_t>(data[i / 8] << 1 | bits[i]);
  return data;
}

// In blocks, the later ones longer by one, each with its correction; then taken from all in turn.
Bytes codewords_for(std::string_view text, int version) {
  const Correction& correction = kCorrections[version - 1];
  const Bytes data = data_of(text, version);
  const Bytes generator = generator_of(correction.codewords);
  const auto blocks = static_cast<std::size_t>(correction.blocks);
  const std::size_t shorter = data.size() / blocks;
  const std::size_t short_blocks = blocks - data.size() % blocks;
  std::vector<Bytes> parts;
  std::vector<Bytes> corrections;
  auto at = data.begin();
  for (std::size_t i = 0; i < blocks; ++i) {
    const auto end = at + static_cast<std::ptrdiff_t>(shorter + (i < short_blocks ? 0 : 1));
    parts.emplace_back(at, end);
    corrections.push_back(remainder_of(parts.back(), generator));
    at = end;
  }
  Bytes all;
  for (const auto* each : {&parts, &corrections}) {
    for (std::size_t i = 0; i < each->back().size(); ++i) {
      for (const Bytes& part : *each) {
        if (i < part.size()) all.push_back(part[i]);
      }
    }
  }
  return all;
}

std::vector<int> alignments_of(int version) {
  if (version == 1) return {};
  const int count = version / 7 + 2;
  const int step = (version * 8 + count * 3 + 5) / (count * 4 - 4) * 2;
  std::vector<int> places(static_cast<std::size_t>(count), 6);
  int place = size_of(version) - 7;
  for (std::size_t i = places.size() - 1; i > 0; --i, place -= step) places[i] = place;
  return places;
}

class Drawing {
 public:
  explicit Drawing(int version)
      : version_(version),
        size_(size_of(version)),
        dark_(static_cast<std::size_t>(size_), std::vector<bool>(static_cast<std::size_t>(size_))),
        is_pattern_(dark_) {
    for (int i = 0; i < size_; ++i) {
      put(6, i, i % 2 == 0);
      put(i, 6, i % 2 == 0);
    }
    draw_finder(3, 3);
    draw_finder(size_ - 4, 3);
    draw_finder(3, size_ - 4);
    const auto places = alignments_of(version);
    for (const int x : places) {
      for (const int y : places) {
        const bool is_finder = (x == 6 && (y == 6 || y == size_ - 7)) || (y == 6 && x == size_ - 7);
        if (!is_finder) draw_alignment(x, y);
      }
    }
    draw_format(0);
    draw_version();
  }

  // Upwards and downwards in columns of two, from the right, past what is pattern.
  void draw_codewords(const Bytes& codewords) {
    std::size_t bit = 0;
    for (int right = size_ - 1; right >= 1; right -= 2) {
      if (right == 6) right = 5;
      const bool is_upward = ((right + 1) & 2) == 0;
      for (int i = 0; i < size_; ++i) {
        for (int x = right; x > right - 2; --x) {
          const int y = is_upward ? size_ - 1 - i : i;
          if (is_pattern(x, y) || bit >= codewords.size() * 8) continue;
          set(x, y, (codewords[bit / 8] >> (7 - bit % 8) & 1) != 0);
          ++bit;
        }
      }
    }
  }

  // Twice the same mask is none.
  void mask(int which) {
    for (int y = 0; y < size_; ++y) {
      for (int x = 0; x < size_; ++x) {
        if (!is_pattern(x, y) && is_masked(which, x, y)) set(x, y, !at(x, y));
      }
    }
  }

  // 15 bits, twice: correction M is 0, and the mask; with a BCH code.
  void draw_format(int which) {
    int remainder = which;
    for (int i = 0; i < 10; ++i) remainder = remainder << 1 ^ (remainder >> 9) * 0x537;
    const int bits = (which << 10 | remainder) ^ 0x5412;
    const auto bit = [&](int i) { return (bits >> i & 1) != 0; };
    for (int i = 0; i <= 5; ++i) put(8, i, bit(i));
    put(8, 7, bit(6));
    put(8, 8, bit(7));
    put(7, 8, bit(8));
    for (int i = 9; i < 15; ++i) put(14 - i, 8, bit(i));
    for (int i = 0; i < 8; ++i) put(size_ - 1 - i, 8, bit(i));
    for (int i = 8; i < 15; ++i) put(8, size_ - 15 + i, bit(i));
    put(8, size_ - 8, true);
  }

  // What scanners find hard: long runs, blocks, what looks like a finder, too much of one colour.
  int penalty() const {
    int sum = 0;
    int darks = 0;
    for (int a = 0; a < size_; ++a) {
      sum += penalty_of_line([&](int b) { return at(b, a); }) + penalty_of_line([&](int b) { return at(a, b); });
      for (int b = 0; b < size_; ++b) {
        darks += at(a, b) ? 1 : 0;
        const bool is_block =
            a > 0 && b > 0 && at(a, b) == at(a - 1, b) && at(a, b) == at(a, b - 1) && at(a, b) == at(a - 1, b - 1);
        if (is_block) sum += 3;
      }
    }
    return sum + std::abs(darks * 20 - size_ * size_ * 10) / (size_ * size_) * 10;
  }

  Qr take() { return std::move(dark_); }

 private:
  static bool is_masked(int which, int x, int y) {
    switch (which) {
      case 0: return (x + y) % 2 == 0;
      case 1: return y % 2 == 0;
      case 2: return x % 3 == 0;
      case 3: return (x + y) % 3 == 0;
      case 4: return (x / 3 + y / 2) % 2 == 0;
      case 5: return x * y % 2 + x * y % 3 == 0;
      case 6: return (x * y % 2 + x * y % 3) % 2 == 0;
      default: return ((x + y) % 2 + x * y % 3) % 2 == 0;
    }
  }

  template <class At>
  int penalty_of_line(At&& dark) const {
    int sum = 0;
    int run = 0;
    unsigned last = 0;  // eleven modules
    for (int i = 0; i < size_; ++i) {
      run = i > 0 && dark(i) == dark(i - 1) ? run + 1 : 1;
      if (run == 5) sum += 3;
      if (run > 5) ++sum;
      last = (last << 1 | (dark(i) ? 1U : 0U)) & 0x7ff;
      if (i >= 10 && (last == 0x5d0 || last == 0x05d)) sum += 40;
    }
    return sum;
  }

  bool at(int x, int y) const { return dark_[static_cast<std::size_t>(y)][static_cast<std::size_t>(x)]; }
  bool is_pattern(int x, int y) const { return is_pattern_[static_cast<std::size_t>(y)][static_cast<std::size_t>(x)]; }
  void set(int x, int y, bool dark) { dark_[static_cast<std::size_t>(y)][static_cast<std::size_t>(x)] = dark; }
  void put(int x, int y, bool dark) {
    if (x < 0 || y < 0 || x >= size_ || y >= size_) return;
    set(x, y, dark);
    is_pattern_[static_cast<std::size_t>(y)][static_cast<std::size_t>(x)] = true;
  }

  void draw_finder(int x, int y) {
    for (int dy = -4; dy <= 4; ++dy) {
      for (int dx = -4; dx <= 4; ++dx) {
        const int distance = std::max(std::abs(dx), std::abs(dy));
        put(x + dx, y + dy, distance != 2 && distance != 4);
      }
    }
  }

  void draw_alignment(int x, int y) {
    for (int dy = -2; dy <= 2; ++dy) {
      for (int dx = -2; dx <= 2; ++dx) put(x + dx, y + dy, std::max(std::abs(dx), std::abs(dy)) != 1);
    }
  }

  void draw_version() {
    if (version_ < 7) return;
    int remainder = version_;
    for (int i = 0; i < 12; ++i) remainder = remainder << 1 ^ (remainder >> 11) * 0x1f25;
    const int bits = version_ << 12 | remainder;
    for (int i = 0; i < 18; ++i) {
      const bool dark = (bits >> i & 1) != 0;
      put(size_ - 11 + i % 3, i / 3, dark);
      put(i / 3, size_ - 11 + i % 3, dark);
    }
  }

  int version_;
  int size_;
  Qr dark_;
  Qr is_pattern_;
};

}  // namespace

Qr qr_of(std::string_view text) {
  const int version = version_for(text.size());
  if (version == 0) return {};
  Drawing drawing(version);
  drawing.draw_codewords(codewords_for(text, version));
  int best = 0;
  int least = std::numeric_limits<int>::max();
  for (int which = 0; which < 8; ++which) {
    drawing.mask(which);
    drawing.draw_format(which);
    const int penalty = drawing.penalty();
    if (penalty < least) {
      least = penalty;
      best = which;
    }
    drawing.mask(which);
  }
  drawing.mask(best);
  drawing.draw_format(best);
  return drawing.take();
}

std::string svg_of(const Qr& qr) {
  if (qr.empty()) return "";
  const std::string side = std::to_string(qr.size() + 2 * kQuiet);
  std::string svg = "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 " + side + " " + side +
                    "\" shape-rendering=\"crispEdges\"><path fill=\"#fff\" d=\"M0 0h" + side + "v" + side + "h-" +
                    side + "z\"/><path d=\"";
  for (std::size_t y = 0; y < qr.size(); ++y) {
    for (std::size_t x = 0; x < qr[y].size(); ++x) {
      if (!qr[y][x]) continue;
      std::size_t length = 1;
      while (x + length < qr[y].size() && qr[y][x + length]) ++length;
      svg += "M" + std::to_string(x + kQuiet) + " " + std::to_string(y + kQuiet) + "h" + std::to_string(length) +
             "v1h-" + std::to_string(length) + "z";
      x += length;
    }
  }
  return svg + "\"/></svg>";
}

}  // namespace gatehouse::factors
