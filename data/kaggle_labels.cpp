// SPDX-License-Identifier: Apache-2.0
#include "kaggle_labels.h"

#include "class_matching.h"
#include "text_lines.h"

#include <algorithm>
#include <filesystem>
#include <map>
#include <system_error>

namespace fovea::detail {

namespace {

constexpr std::string_view kHeader = "ImageId,PredictionString";

// Without the quotes around it.
std::string_view unquoted(std::string_view field) {
  const bool quoted = field.size() >= 2 && field.starts_with('"') && field.ends_with('"');
  return quoted ? field.substr(1, field.size() - 2) : field;
}

struct Answer {
  std::string_view picture, name;  // of the class
};

Answer answer_of(const TextLines& lines, int64_t i) {
  const size_t comma = lines[i].find(',');
  if (comma == std::string_view::npos) lines.fail(i, "ImageId,PredictionString wanted");
  const std::string_view picture = unquoted(lines[i].substr(0, comma));
  const std::string_view prediction = unquoted(lines[i].substr(comma + 1));
  const std::string_view name = prediction.substr(0, prediction.find(' '));
  if (picture.empty() || name.empty() || picture.find('\0') != picture.npos)
    lines.fail(i, "ImageId,PredictionString wanted");
  return {picture, name};
}

}  // namespace

SampleList read_kaggle_labels(const std::string& path, std::vector<std::string> classes) {
  constexpr uint64_t kMaxBytes = uint64_t{1} << 30;
  const TextLines lines(path, kMaxBytes);
  if (lines.size() == 0 || lines[0] != kHeader) {
    lines.fail(0, "the first line of a .csv is to be \"" + std::string(kHeader) +
                      "\", as in Kaggle's LOC_val_solution.csv; a list of PATH LABEL is to be a "
                      ".txt");
  }
  std::map<std::string, int32_t, std::less<>> labels;  // of each word
  for (int64_t i = 1; i < lines.size(); i++) labels.emplace(answer_of(lines, i).name, 0);
  std::vector<std::string> words;
  for (const auto& entry : labels) words.push_back(entry.first);
  if (classes.empty()) classes = words;
  const std::vector<int32_t> places = places_of(words, classes);
  for (size_t w = 0; w < words.size(); w++) labels[words[w]] = places[w];

  SampleList samples;
  samples.classes = std::move(classes);
  for (int64_t i = 1; i < lines.size(); i++) {
    const Answer answer = answer_of(lines, i);
    const int32_t label = labels.find(answer.name)->second;
    if (label < 0) {
      lines.fail(
          i, "no class is \"" + std::string(answer.name) + "\" or has a name that begins with it");
    }
    samples.add(std::string(answer.picture) + ".JPEG", label);
  }
  return samples;
}

std::string kaggle_root(const std::string& folder, const SampleList& samples) {
  for (const char* below : {"", "Data/CLS-LOC/val", "ILSVRC/Data/CLS-LOC/val"}) {
    const std::string root = (std::filesystem::path(folder) / below).string();
    std::error_code ignored;
    if (std::filesystem::exists(std::filesystem::path(root) / samples.name(0), ignored))
      return root;
  }
  return folder;
}

}  // namespace fovea::detail
