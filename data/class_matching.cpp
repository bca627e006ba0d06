// SPDX-License-Identifier: Apache-2.0
#include "class_matching.h"

#include <fovea/core/error.h>
#include <fovea/data/class_names.h>

#include <algorithm>
#include <unordered_map>

namespace fovea::detail {

std::vector<int32_t> places_of(const std::vector<std::string>& folders,
                               const std::vector<std::string>& given) {
  std::unordered_map<std::string, int32_t> places;
  for (size_t i = 0; i < given.size(); i++) {
    const auto place = static_cast<int32_t>(i);
    places.emplace(given[i], place);
    for (size_t end = given[i].find(' '); end != std::string::npos;
         end = given[i].find(' ', end + 1))
      places.emplace(given[i].substr(0, end), place);
  }
  std::vector<int32_t> found;
  for (const std::string& folder : folders) {
    const auto place = places.find(folder);
    found.push_back(place == places.end() ? -1 : place->second);
  }
  return found;
}

namespace {

// Those of a net that is evaluated.
void check_same(const SampleList& samples, const std::vector<std::string>& given,
                const std::vector<int32_t>& places) {
  const std::vector<std::string>& folders = samples.classes;
  const auto fail = [&](const std::string& difference) {
    throw DataError(samples.root + ": its class folders are not the classes trained on (" +
                    std::to_string(folders.size()) + " and " + std::to_string(given.size()) +
                    "): " + difference);
  };
  std::vector<bool> has_folder(given.size());
  for (size_t c = 0; c < folders.size(); c++) {
    if (places[c] < 0) fail("no class trained on is \"" + folders[c] + "\"");
    has_folder[static_cast<size_t>(places[c])] = true;
  }
  const auto missing = std::find(has_folder.begin(), has_folder.end(), false);
  if (missing != has_folder.end())
    fail("there is no folder for \"" + given[static_cast<size_t>(missing - has_folder.begin())] +
         "\"");
}

[[noreturn]] void fail_naming(const SampleList& samples, const std::vector<std::string>& given,
                              const std::string& what) {
  throw ConfigError("data.classes has " + std::to_string(given.size()) + " names, " + samples.root +
                    " " + std::to_string(samples.classes.size()) + " class folders: " + what);
}

void name_in_order(SampleList& samples, const std::vector<std::string>& given) {
  if (given.size() != samples.classes.size())
    fail_naming(samples, given, "one name for each is wanted");
  for (size_t c = 0; c < given.size(); c++) samples.classes[c] += " " + given[c];
}

// Takes the labels to the order of the names.
void name_by_folder(SampleList& samples, const std::vector<std::string>& given,
                    const std::vector<int32_t>& places) {
  std::vector<int32_t> order;  // folders in the names' order
  for (size_t c = 0; c < places.size(); c++) order.push_back(static_cast<int32_t>(c));
  std::sort(order.begin(), order.end(), [&](int32_t a, int32_t b) {
    return places[static_cast<size_t>(a)] < places[static_cast<size_t>(b)];
  });
  std::vector<int32_t> label_of(order.size());
  for (size_t label = 0; label < order.size(); label++) {
    const auto folder = static_cast<size_t>(order[label]);
    label_of[folder] = static_cast<int32_t>(label);
    const bool shared =
        label > 0 && places[folder] == places[static_cast<size_t>(order[label - 1])];
    if (shared) {
      fail_naming(
          samples, given,
          "\"" + given[static_cast<size_t>(places[folder])] + "\" would name two of the folders");
    }
  }
  std::vector<std::string> names;
  for (const int32_t folder : order)
    names.push_back(given[static_cast<size_t>(places[static_cast<size_t>(folder)])]);
  samples.classes = std::move(names);
  for (int32_t& label : samples.labels) label = label_of[static_cast<size_t>(label)];
}

}  // namespace

void match_classes(SampleList& samples, const std::vector<std::string>& given, Split split) {
  if (given.empty()) return;
  const std::vector<int32_t> places = places_of(samples.classes, given);
  if (split == Split::val) {
    const bool numbers = given == numbered_classes(static_cast<int64_t>(given.size()));
    const bool named = std::any_of(places.begin(), places.end(), [](int32_t p) { return p >= 0; });
    if (numbers && !named && given.size() == samples.classes.size()) {
      samples.classes = given;
      return;
    }
    check_same(samples, given, places);
    name_by_folder(samples, given, places);
    return;
  }
  const auto unnamed = std::find(places.begin(), places.end(), -1);
  if (unnamed == places.end()) {
    name_by_folder(samples, given, places);
  } else if (std::all_of(places.begin(), places.end(), [](int32_t place) { return place < 0; })) {
    name_in_order(samples, given);
  } else {
    fail_naming(samples, given,
                "no name is \"" + samples.classes[static_cast<size_t>(unnamed - places.begin())] +
                    "\" or begins with it");
  }
}

}  // namespace fovea::detail
