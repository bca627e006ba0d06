// SPDX-License-Identifier: Apache-2.0
#include "self_check_text.h"

namespace fovea::app {

std::string verdict(const SelfCheck& check) {
  std::string text = check.passed ? "ok" : "WRONG";
  if (check.same_bits) return text + ", the specified bits";
  return text + ", off by up to " + JsonWriter().value(check.largest_error).str();
}

void write_checks(JsonWriter& json, const std::vector<SelfCheck>& checks) {
  json.key("checks").begin_array();
  for (const SelfCheck& check : checks) {
    json.begin_object().key("op").value(check.op).key("passed").value(check.passed);
    json.key("same_bits").value(check.same_bits);
    json.key("largest_error").value(check.largest_error).end_object();
  }
  json.end_array();
}

}  // namespace fovea::app
