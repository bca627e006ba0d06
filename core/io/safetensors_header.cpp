// SPDX-License-Identifier: Apache-2.0
// Reads the header with nlohmann's event parser: whatever does not belong is refused at once, so
// that no header, however hostile, builds more than its entries.
#include "io/safetensors_header.h"

#include "io/safetensors_types.h"
#include "printable.h"

#include <fovea/core/error.h>

#include <nlohmann/json.hpp>

#include <algorithm>
#include <limits>
#include <unordered_set>

namespace fovea::detail {

namespace {

using Json = nlohmann::json;

constexpr size_t kMaxRank = 64;

std::string shown(const std::string& name) { return printable(name, 100); }

class HeaderReader final : public nlohmann::json_sax<Json> {
 public:
  explicit HeaderReader(const std::string& path) : path_(path) {}

  SafetensorsHeader take() { return std::move(header_); }

  bool start_object(size_t) override {
    switch (state_) {
      case State::start:
        state_ = State::names;
        return true;
      case State::name_value:
        state_ = name_ == "__metadata__" ? State::metadata : State::fields;
        if (state_ == State::fields) header_.entries.push_back({name_, "", {}, 0, 0});
        seen_fields_ = {};
        return true;
      default:
        unexpected("an object");
    }
  }

  bool end_object() override {
    if (state_ == State::fields) finish_entry();
    state_ = state_ == State::names ? State::end : State::names;
    return true;
  }

  bool key(std::string& key) override {
    if (state_ == State::names) {
      name_ = key;
      if (!names_.insert(key).second) fail("\"" + shown(key) + "\" is in the header twice");
      state_ = State::name_value;
    } else if (state_ == State::metadata) {
      key_ = key;
      if (header_.metadata.contains(key)) fail("__metadata__ holds \"" + shown(key) + "\" twice");
    } else {
      start_field(key);
    }
    return true;
  }

  bool string(std::string& value) override {
    if (state_ == State::metadata) {
      header_.metadata[key_] = std::move(value);
      return true;
    }
    if (state_ != State::dtype) unexpected("a string");
    entry().dtype = std::move(value);
    state_ = State::fields;
    return true;
  }

  bool start_array(size_t) override {
    if (state_ != State::shape && state_ != State::offsets) unexpected("a list");
    if (in_list_) unexpected("a list in a list");
    in_list_ = true;
    return true;
  }

  bool end_array() override {
    if (state_ == State::offsets && offsets_.size() != 2)
      fail_entry("data_offsets has not 2 numbers");
    in_list_ = false;
    state_ = State::fields;
    return true;
  }

  bool number_unsigned(uint64_t value) override {
    if (!in_list_) unexpected("a number");
    if (value > static_cast<uint64_t>(std::numeric_limits<int64_t>::max())) {
      fail_entry("the number " + std::to_string(value) + " is too large");
    }
    if (state_ == State::shape) {
      if (entry().extents.size() == kMaxRank) fail_entry("more than 64 extents");
      entry().extents.push_back(static_cast<int64_t>(value));
    } else {
      if (offsets_.size() == 2) fail_entry("data_offsets has not 2 numbers");
      offsets_.push_back(value);
    }
    return true;
  }

  bool number_integer(int64_t) override { unexpected("a negative number"); }
  bool number_float(double, const std::string& text) override { unexpected("the number " + text); }
  bool null() override { unexpected("null"); }
  bool boolean(bool) override { unexpected("a boolean"); }
  bool binary(Json::binary_t&) override { return false; }

  bool parse_error(size_t position, const std::string&, const Json::exception&) override {
    const size_t offset = position > 0 ? position - 1 : 0;  // nlohmann counts from 1
    fail("byte " + std::to_string(offset) + " of the header is not JSON");
  }

 private:
  enum class State { start, names, name_value, metadata, fields, dtype, shape, offsets, end };

  [[noreturn]] void fail(const std::string& what) const { throw DataError(path_ + ": " + what); }
  [[noreturn]] void fail_entry(const std::string& what) const { fail(shown(name_) + ": " + what); }
  [[noreturn]] void unexpected(const std::string& what) const {
    fail(name_.empty() ? "the header is " + what + "; an object wanted"
                       : shown(name_) + ": " + what + " is not expected here");
  }

  SafetensorsEntry& entry() { return header_.entries.back(); }

  void start_field(const std::string& key) {
    const auto begin = [this](State state, bool& seen, const char* name) {
      if (seen) fail_entry(std::string("\"") + name + "\" is here twice");
      seen = true;
      state_ = state;
    };
    if (key == "dtype") {
      begin(State::dtype, seen_fields_.dtype, "dtype");
    } else if (key == "shape") {
      begin(State::shape, seen_fields_.shape, "shape");
    } else if (key == "data_offsets") {
      begin(State::offsets, seen_fields_.offsets, "data_offsets");
      offsets_.clear();
    } else {
      fail_entry("unknown key \"" + shown(key) + "\"");
    }
  }

  void finish_entry() {
    if (!seen_fields_.dtype) fail_entry("\"dtype\" is missing");
    if (!seen_fields_.shape) fail_entry("\"shape\" is missing");
    if (!seen_fields_.offsets) fail_entry("\"data_offsets\" is missing");
    entry().begin = offsets_[0];
    entry().end = offsets_[1];
  }

  const std::string& path_;
  SafetensorsHeader header_;
  State state_ = State::start;
  std::string name_, key_;
  std::unordered_set<std::string> names_;
  struct {
    bool dtype = false, shape = false, offsets = false;
  } seen_fields_;
  bool in_list_ = false;
  std::vector<uint64_t> offsets_;
};

// Bytes of the elements; false when the product overflows or is not a whole number of bytes.
bool bytes_by_shape(const SafetensorsEntry& entry, int bits_per_element, uint64_t& bytes) {
  uint64_t bits = static_cast<uint64_t>(bits_per_element);
  for (const int64_t extent : entry.extents) {
    if (__builtin_mul_overflow(bits, static_cast<uint64_t>(extent), &bits)) return false;
  }
  bytes = bits / 8;
  return bits % 8 == 0;
}

void check_size(const std::string& path, const SafetensorsEntry& entry) {
  const auto fail = [&](const std::string& what) {
    throw DataError(path + ": " + shown(entry.name) + ": " + what);
  };
  const SafetensorsType* type = safetensors_type(entry.dtype);
  if (!type) fail("unknown dtype \"" + shown(entry.dtype) + "\"");
  if (entry.begin > entry.end) {
    fail("begin " + std::to_string(entry.begin) + " > end " + std::to_string(entry.end));
  }
  uint64_t bytes = 0;
  if (!bytes_by_shape(entry, type->bits, bytes)) fail("impossible shape " + entry.to_string());
  if (bytes != entry.end - entry.begin) {
    fail(std::to_string(bytes) + " bytes by shape, " + std::to_string(entry.end - entry.begin) +
         " by offsets");
  }
}

// The tensors must fill the data from first to last byte, one behind the other.
void check_layout(const std::string& path, const std::vector<SafetensorsEntry>& entries,
                  uint64_t data_bytes) {
  uint64_t position = 0;
  for (const SafetensorsEntry& entry : entries) {
    if (entry.begin != position) {
      throw DataError(path + ": " + shown(entry.name) + " begins at byte " +
                      std::to_string(entry.begin) + " of the data, " + std::to_string(position) +
                      " expected: " + (entry.begin > position ? "a hole" : "tensors overlap"));
    }
    position = entry.end;
    if (position > data_bytes) {
      throw DataError(path + ": " + shown(entry.name) + " ends at byte " +
                      std::to_string(position) + " of the data, data has " +
                      std::to_string(data_bytes) + "; the file is cut or damaged");
    }
  }
  if (position != data_bytes) {
    throw DataError(path + ": the tensors end at byte " + std::to_string(position) +
                    " of the data, data has " + std::to_string(data_bytes));
  }
}

}  // namespace

SafetensorsHeader parse_safetensors_header(const std::string& path, std::string_view json,
                                           uint64_t data_bytes) {
  if (!json.starts_with('{')) throw DataError(path + ": the header does not start with {");
  HeaderReader reader(path);
  Json::sax_parse(json, &reader);
  SafetensorsHeader header = reader.take();
  for (const SafetensorsEntry& entry : header.entries) check_size(path, entry);
  std::sort(header.entries.begin(), header.entries.end(), [](const auto& a, const auto& b) {
    return std::tie(a.begin, a.end, a.name) < std::tie(b.begin, b.end, b.name);
  });
  check_layout(path, header.entries, data_bytes);
  return header;
}

}  // namespace fovea::detail
