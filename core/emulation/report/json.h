// SPDX-License-Identifier: Apache-2.0
// A JSON object, member by member.
#pragma once
#include <cstdint>
#include <string>
#include <vector>

namespace cuda_emulation {

class JsonObject {
 public:
  JsonObject& string(const char* key, const std::string& value) { return raw(key, quoted(value)); }
  JsonObject& number(const char* key, uint64_t value) { return raw(key, std::to_string(value)); }
  JsonObject& raw(const char* key, const std::string& json);
  std::string text() const { return "{" + members_ + "}"; }

  static std::string quoted(const std::string& value);
  static std::string array(const std::vector<std::string>& elements);

 private:
  std::string members_;
};

}  // namespace cuda_emulation
