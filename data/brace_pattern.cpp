// SPDX-License-Identifier: Apache-2.0
#include "brace_pattern.h"

#include <fovea/core/error.h>

#include <algorithm>
#include <charconv>
#include <optional>
#include <string_view>

namespace fovea::detail {

namespace {

constexpr size_t kMaxNames = 100'000;

struct BraceError {
  std::string what;
};

std::optional<int64_t> whole_number(std::string_view digits) {
  int64_t value = 0;
  const char* const end = digits.data() + digits.size();
  const auto [stop, error] = std::from_chars(digits.data(), end, value);
  const bool good = !digits.empty() && digits.size() <= 9 && error == std::errc() && stop == end;
  return good && value >= 0 ? std::optional(value) : std::nullopt;
}

std::vector<std::string> range_of(std::string_view first, std::string_view last) {
  const auto begin = whole_number(first), end = whole_number(last);
  if (!begin || !end || *end < *begin) {
    throw BraceError{"\"" + std::string(first) + ".." + std::string(last) +
                     "\" is no range of numbers"};
  }
  if (static_cast<size_t>(*end - *begin) >= kMaxNames) throw BraceError{"more than 100,000 names"};
  const bool padded = first.starts_with('0') || last.starts_with('0');
  const size_t width = padded ? std::max(first.size(), last.size()) : 0;
  std::vector<std::string> names;
  for (int64_t i = *begin; i <= *end; i++) {
    const std::string digits = std::to_string(i);
    names.push_back(std::string(width > digits.size() ? width - digits.size() : 0, '0') + digits);
  }
  return names;
}

std::vector<std::string> choices_of(std::string_view inside) {
  const size_t dots = inside.find("..");
  if (dots != inside.npos) return range_of(inside.substr(0, dots), inside.substr(dots + 2));
  std::vector<std::string> names;
  for (;;) {
    const size_t comma = inside.find(',');
    names.emplace_back(inside.substr(0, comma));
    if (comma == inside.npos) return names;
    inside.remove_prefix(comma + 1);
  }
}

std::vector<std::string> expand(std::string_view pattern) {
  std::vector<std::string> names{""};
  while (!pattern.empty()) {
    const size_t open = std::min(pattern.find('{'), pattern.size());
    const size_t close = pattern.find('}');
    for (std::string& name : names) name += pattern.substr(0, open);
    if (close < open) throw BraceError{"a } without its {"};
    if (open == pattern.size()) break;
    if (close == pattern.npos) throw BraceError{"a { without its }"};
    const std::string_view inside = pattern.substr(open + 1, close - open - 1);
    if (inside.find('{') != inside.npos) throw BraceError{"braces within braces"};
    const std::vector<std::string> choices = choices_of(inside);
    if (names.size() * choices.size() > kMaxNames) throw BraceError{"more than 100,000 names"};
    std::vector<std::string> longer;
    for (const std::string& name : names) {
      for (const std::string& choice : choices) longer.push_back(name + choice);
    }
    names = std::move(longer);
    pattern.remove_prefix(close + 1);
  }
  return names;
}

}  // namespace

std::vector<std::string> expand_braces(const std::string& pattern) {
  try {
    return expand(pattern);
  } catch (const BraceError& error) {
    throw ConfigError(pattern + ": " + error.what + "; shards are given as train-{0000..0146}.tar");
  }
}

}  // namespace fovea::detail
