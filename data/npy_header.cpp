// SPDX-License-Identifier: Apache-2.0
#include "npy_header.h"

#include "describe_bytes.h"

#include <algorithm>
#include <array>
#include <string_view>

namespace fovea::detail {

namespace {

constexpr std::string_view kMagic = "\x93NUMPY";
constexpr size_t kMaxHeaderBytes = 65536;
constexpr size_t kMaxDigits = 18;  // of an extent: fits 64 bits

// The header's text is a Python dictionary of three entries, in any order:
//   {'descr': '|u1', 'fortran_order': False, 'shape': (60000, 28, 28), }
class NpyDictionary {
 public:
  NpyDictionary(const FileReader& reader, std::string_view text, size_t offset)
      : reader_(reader), text_(text), offset_(offset) {}

  void read_into(NpyHeader& header) {
    expect('{');
    int seen = 0;
    while (!take('}')) {
      const std::string key = quoted();
      expect(':');
      const int field = field_of(key);
      if (seen & field) fail("the key '" + key + "' stands twice");
      seen |= field;
      read_value(field, header);
      if (!take(',') && peek() != '}') fail("',' or '}' wanted");
    }
    if (seen != (kDescr | kOrder | kShape)) {
      fail("'descr', 'fortran_order' and 'shape' wanted, not all are there");
    }
    if (peek() != '\0') fail("the header goes on after its '}'");
  }

 private:
  static constexpr int kDescr = 1, kOrder = 2, kShape = 4;

  int field_of(const std::string& key) const {
    if (key == "descr") return kDescr;
    if (key == "fortran_order") return kOrder;
    if (key == "shape") return kShape;
    fail("unknown key '" + key + "'");
  }

  void read_value(int field, NpyHeader& header) {
    if (field == kDescr) {
      header.type = type();
    } else if (field == kOrder) {
      header.fortran_order = boolean();
    } else {
      header.shape = tuple();
    }
  }

  NpyType type() {
    if (peek() == '[') fail("its elements are records of several fields; one plain type wanted");
    const std::string text = quoted();
    const auto refuse = [&](const std::string& what) {
      fail("dtype '" + text + "'" + what + "; numbers wanted: save x.astype(numpy.uint8)");
    };
    if (text.size() < 2) refuse(" is unknown");
    if (text[1] == 'O') refuse(" means Python objects, which are not read");
    const bool digits = std::all_of(text.begin() + 2, text.end(), is_digit);
    if (text.size() != 3 || !digits || std::string_view("<>|=").find(text[0]) == text.npos ||
        std::string_view("biuf").find(text[1]) == text.npos ||
        std::string_view("1248").find(text[2]) == text.npos) {
      refuse(" is not read");
    }
    return {text[1], text[2] - '0', text[0] == '>'};
  }

  bool boolean() {
    if (take_word("True")) return true;
    if (take_word("False")) return false;
    fail("True or False wanted");
  }

  std::vector<int64_t> tuple() {
    std::vector<int64_t> extents;
    expect('(');
    while (!take(')')) {
      extents.push_back(number());
      if (extents.size() > 32) fail("more than 32 axes");
      if (!take(',') && peek() != ')') fail("',' or ')' wanted");
    }
    return extents;
  }

  int64_t number() {
    skip_blanks();
    const size_t begin = at_;
    int64_t value = 0;
    for (; at_ < text_.size() && is_digit(text_[at_]) && at_ - begin < kMaxDigits; at_++) {
      value = 10 * value + (text_[at_] - '0');
    }
    if (at_ == begin || (at_ < text_.size() && is_digit(text_[at_]))) fail("an extent wanted");
    if (at_ < text_.size() && text_[at_] == 'L') at_++;  // written by Python 2
    return value;
  }

  std::string quoted() {
    const char quote = peek();
    if (quote != '\'' && quote != '"') fail("a text in quotes wanted");
    const size_t end = text_.find(quote, at_ + 1);
    if (end == text_.npos) fail("a text without its closing quote");
    const std::string_view value = text_.substr(at_ + 1, end - at_ - 1);
    if (value.size() > 32 || !std::all_of(value.begin(), value.end(), is_printable)) {
      fail("not a key or a dtype");
    }
    at_ = end + 1;
    return std::string(value);
  }

  bool take_word(std::string_view word) {
    skip_blanks();
    if (!text_.substr(at_).starts_with(word)) return false;
    at_ += word.size();
    return true;
  }
  bool take(char c) {
    if (peek() != c) return false;
    at_++;
    return true;
  }
  void expect(char c) {
    if (!take(c)) fail(std::string("'") + c + "' wanted");
  }
  // The next character that is not blank; 0 at the end.
  char peek() {
    skip_blanks();
    return at_ < text_.size() ? text_[at_] : '\0';
  }
  void skip_blanks() {
    while (at_ < text_.size() && (text_[at_] == ' ' || text_[at_] == '\n')) at_++;
  }
  [[noreturn]] void fail(const std::string& what) const {
    reader_.fail("damaged .npy header at byte " + std::to_string(offset_ + at_) + ": " + what);
  }

  static bool is_digit(char c) { return c >= '0' && c <= '9'; }
  static bool is_printable(char c) { return c >= ' ' && c <= '~'; }

  const FileReader& reader_;
  std::string_view text_;
  size_t offset_;  // in the file, of the text
  size_t at_ = 0;
};

void read_bytes(FileReader& reader, std::span<uint8_t> out, size_t offset) {
  const size_t got = reader.read(out);
  if (got == out.size()) return;
  reader.fail("the .npy header is cut off: it needs " + std::to_string(offset + out.size()) +
              " bytes, the file has " + std::to_string(offset + got));
}

void check_magic(FileReader& reader) {
  std::array<uint8_t, kMagic.size()> start{};
  const size_t got = reader.read(start);
  const std::span<const uint8_t> bytes(start.data(), got);
  if (std::equal(bytes.begin(), bytes.end(), kMagic.begin(), kMagic.end(),
                 [](uint8_t a, char b) { return a == static_cast<uint8_t>(b); })) {
    return;
  }
  reader.fail("is not a .npy file: it " + describe_bytes(bytes));
}

}  // namespace

std::string NpyType::name() const {
  const char* text = kind == 'i' ? "int" : kind == 'u' ? "uint" : kind == 'f' ? "float" : "bool";
  return kind == 'b' ? text : text + std::to_string(8 * bytes);
}

NpyHeader read_npy_header(FileReader& reader) {
  check_magic(reader);
  std::array<uint8_t, 2> version{};
  read_bytes(reader, version, kMagic.size());
  if (version[0] < 1 || version[0] > 3 || version[1] != 0) {
    reader.fail(".npy version " + std::to_string(version[0]) + "." + std::to_string(version[1]) +
                " (byte 6); 1.0 to 3.0 are read");
  }
  const size_t length_bytes = version[0] == 1 ? 2 : 4;
  std::array<uint8_t, 4> length{};
  read_bytes(reader, std::span(length).first(length_bytes), kMagic.size() + version.size());
  const size_t size =
      length[0] | size_t{length[1]} << 8 | size_t{length[2]} << 16 | size_t{length[3]} << 24;
  if (size > kMaxHeaderBytes) {
    reader.fail("a .npy header of " + std::to_string(size) + " bytes (byte 8); at most " +
                std::to_string(kMaxHeaderBytes) + " are read");
  }
  std::vector<uint8_t> text(size);
  const size_t offset = kMagic.size() + version.size() + length_bytes;
  read_bytes(reader, text, offset);
  NpyHeader header;
  const std::string_view view(reinterpret_cast<const char*>(text.data()), text.size());
  NpyDictionary(reader, view, offset).read_into(header);
  header.bytes = static_cast<int64_t>(offset + size);
  return header;
}

}  // namespace fovea::detail
