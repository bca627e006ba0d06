// SPDX-License-Identifier: Apache-2.0
#include "pnm_decode.h"

namespace fovea::detail {

namespace {

bool is_space(uint8_t c) { return c == ' ' || (c >= '\t' && c <= '\r'); }
bool is_digit(uint8_t c) { return c >= '0' && c <= '9'; }

// The three numbers after "P5" or "P6", with white space and # comments between.
class PnmHeader {
 public:
  explicit PnmHeader(const EncodedImage& file) : file_(file) {}

  int64_t number(const char* what) {
    skip_blanks();
    const size_t begin = at_;
    int64_t value = 0;
    for (; at_ < size() && is_digit(byte()) && at_ - begin < 9; at_++) {
      value = 10 * value + (byte() - '0');
    }
    if (at_ == begin || at_ == size() || !is_space(byte())) {
      file_.fail("damaged PNM header: no " + std::string(what) + " at byte " +
                 std::to_string(begin));
    }
    return value;
  }
  // One white space ends the header.
  size_t end() const { return at_ + 1; }

 private:
  size_t size() const { return file_.bytes.size(); }
  uint8_t byte() const { return file_.bytes[at_]; }

  void skip_blanks() {
    bool comment = false;
    for (; at_ < size() && (comment || is_space(byte()) || byte() == '#'); at_++) {
      comment = byte() == '#' || (comment && byte() != '\n');
    }
  }

  const EncodedImage& file_;
  size_t at_ = 2;
};

}  // namespace

void decode_pnm(const EncodedImage& file, Image& image) {
  PnmHeader header(file);
  const int64_t width = header.number("width");
  const int64_t height = header.number("height");
  const int64_t largest = header.number("largest value");
  file.check_size(width, height);
  if (largest < 1 || largest > 65535) {
    file.fail("largest value " + std::to_string(largest) + "; PNM allows 1 to 65535");
  }
  const int64_t channels = file.bytes[1] == '6' ? 3 : 1;
  const size_t value_bytes = largest > 255 ? 2 : 1;
  const size_t needs = header.end() + static_cast<size_t>(width * height * channels) * value_bytes;
  if (file.bytes.size() < needs) {
    file.fail("the PNM file is truncated: it needs " + std::to_string(needs) + " bytes, has " +
              std::to_string(file.bytes.size()));
  }
  image.resize(height, width, channels);
  const uint8_t* from = file.bytes.data() + header.end();
  const auto divisor = static_cast<uint32_t>(largest);
  for (uint8_t& pixel : image.pixels) {
    uint32_t value = *from++;
    if (value_bytes == 2) value = value << 8 | *from++;
    if (value > divisor) {
      file.fail("value " + std::to_string(value) + " at byte " +
                std::to_string(from - file.bytes.data() - static_cast<int64_t>(value_bytes)) +
                " is above the largest value " + std::to_string(divisor));
    }
    pixel = static_cast<uint8_t>((value * 255 + divisor / 2) / divisor);
  }
}

}  // namespace fovea::detail
