// SPDX-License-Identifier: Apache-2.0
#include "list_file.h"

#include "kaggle_labels.h"
#include "text_lines.h"

#include <fovea/core/error.h>
#include <fovea/data/class_names.h>

#include <algorithm>
#include <charconv>
#include <filesystem>
#include <optional>
#include <system_error>

namespace fovea::detail {

namespace {

constexpr int32_t kMostLabels = 100'000;  // without names
constexpr std::string_view kBlanks = " \t";

struct Entry {
  std::string_view path, label;
};

// Of a line that is not empty.
Entry split_entry(std::string_view line) {
  line = line.substr(0, line.find_last_not_of(kBlanks) + 1);
  const size_t blank = line.find_last_of(kBlanks);
  if (blank == line.npos) return {"", line};
  const size_t end = line.find_last_not_of(kBlanks, blank);
  const size_t begin = line.find_first_not_of(kBlanks);
  if (end == line.npos) return {"", line.substr(blank + 1)};
  return {line.substr(begin, end + 1 - begin), line.substr(blank + 1)};
}

std::optional<int32_t> number_of(std::string_view text) {
  int32_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  return error == std::errc() && end == text.data() + text.size() ? std::optional(value)
                                                                  : std::nullopt;
}

int32_t label_of(const TextLines& lines, int64_t i, std::string_view text, int32_t labels) {
  const std::optional<int32_t> label = number_of(text);
  if (!label) {
    lines.fail(i, "the last word is \"" + std::string(text.substr(0, 40)) +
                      "\", a label is wanted: PATH LABEL");
  }
  if (*label >= 0 && *label < labels) return *label;
  lines.fail(i, "label " + std::to_string(*label) + "; labels are 0 to " +
                    std::to_string(labels - 1) +
                    (*label == labels ? ", they do not count from 1" : ""));
}

void check_first(const SampleList& samples, const std::string& path) {
  std::error_code ignored;
  if (std::filesystem::exists(samples.path(0), ignored)) return;
  throw DataError(path + ": its first picture, " + samples.path(0) +
                  ", is not there; where pictures are not beside the list, say {\"path\": \"" +
                  path + "\", \"root\": FOLDER}");
}

SampleList read_labels(const std::string& path, std::vector<std::string> classes) {
  constexpr uint64_t kMaxBytes = uint64_t{4} << 30;
  const TextLines lines(path, kMaxBytes);
  SampleList samples;
  const auto labels = classes.empty() ? kMostLabels : static_cast<int32_t>(classes.size());
  int32_t largest = 0;
  for (int64_t i = 0; i < lines.size(); i++) {
    if (lines[i].find_first_not_of(kBlanks) == std::string_view::npos) continue;
    const Entry entry = split_entry(lines[i]);
    if (entry.path.empty()) lines.fail(i, "a path and a label are wanted: PATH LABEL");
    if (entry.path.find('\0') != entry.path.npos) lines.fail(i, "holds a zero byte; is this text?");
    const int32_t label = label_of(lines, i, entry.label, labels);
    largest = std::max(largest, label);
    samples.add(entry.path, label);
  }
  samples.classes = classes.empty() ? numbered_classes(largest + 1) : std::move(classes);
  return samples;
}

}  // namespace

bool is_list_file(const std::string& path) {
  return path.ends_with(".txt") || path.ends_with(".lst") || path.ends_with(".list") ||
         path.ends_with(".csv");
}

SampleList read_list_file(const std::string& path, const std::string& root,
                          std::vector<std::string> classes) {
  const bool csv = path.ends_with(".csv");
  SampleList samples =
      csv ? read_kaggle_labels(path, std::move(classes)) : read_labels(path, std::move(classes));
  if (samples.size() == 0) throw DataError(path + ": lists no pictures");
  samples.root = root;
  if (root.empty()) {
    const std::string folder = std::filesystem::path(path).parent_path();
    samples.root = csv ? kaggle_root(folder, samples) : folder;
  }
  check_first(samples, path);
  return samples;
}

}  // namespace fovea::detail
