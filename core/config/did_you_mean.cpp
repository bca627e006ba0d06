// SPDX-License-Identifier: Apache-2.0
#include "config/foreign_names.h"

#include <fovea/core/did_you_mean.h>

#include <algorithm>
#include <numeric>
#include <vector>

namespace fovea {

namespace {

constexpr size_t kLongestWord = 64;  // longer ones are not slips of a field's name

bool contains(std::span<const std::string> names, std::string_view name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

// Insertions, deletions, replacements and swaps of neighbours that turn one word into the other
// (optimal string alignment).
size_t edit_distance(std::string_view a, std::string_view b) {
  std::vector<size_t> before_last(b.size() + 1), last(b.size() + 1), row(b.size() + 1);
  std::iota(last.begin(), last.end(), size_t{0});
  for (size_t i = 1; i <= a.size(); i++) {
    row[0] = i;
    for (size_t j = 1; j <= b.size(); j++) {
      const size_t change = last[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
      row[j] = std::min({last[j] + 1, row[j - 1] + 1, change});
      const bool swapped = i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1];
      if (swapped) row[j] = std::min(row[j], before_last[j - 2] + 1);
    }
    before_last.swap(last);
    last.swap(row);
  }
  return last[b.size()];
}

std::string last_part(const std::string& path) { return path.substr(path.rfind('.') + 1); }

// Of the paths that end with `name`: the objects that they lead into, and how many there are.
std::pair<std::string, int> places_of(std::string_view name, std::span<const std::string> paths) {
  std::string places;
  int count = 0;
  for (const std::string& path : paths) {
    if (last_part(path) != name || path == name) continue;
    places += (count++ == 0 ? "" : " or ") + path.substr(0, path.rfind('.'));
  }
  return {places, count};
}

}  // namespace

std::string closest(std::string_view word, std::span<const std::string> candidates) {
  if (word.size() > kLongestWord) return "";
  std::string best;
  size_t best_distance = std::max<size_t>(1, word.size() / 3) + 1;  // a slip, not another word
  for (const std::string& candidate : candidates) {
    if (candidate.size() > kLongestWord) continue;
    const size_t distance = edit_distance(word, candidate);
    if (distance < best_distance && distance < candidate.size()) {
      best = candidate;
      best_distance = distance;
    }
  }
  return best;
}

std::string foreign_name(std::string_view word, std::span<const std::string> candidates) {
  for (const auto& [theirs, ours] : detail::foreign_names()) {
    if (theirs == word && contains(candidates, ours)) return std::string(ours);
  }
  return "";
}

std::string did_you_mean(std::string_view word, std::span<const std::string> candidates) {
  if (const std::string ours = foreign_name(word, candidates); !ours.empty()) {
    return "; here it is called \"" + ours + "\"";
  }
  if (const std::string near = closest(word, candidates); !near.empty()) {
    return "; did you mean \"" + near + "\"?";
  }
  return "";
}

std::string found_elsewhere(std::string_view word, std::span<const std::string> paths) {
  constexpr int kMostPlaces = 3;  // more is no answer
  const auto [places, count] = places_of(word, paths);
  if (count > 0) return count <= kMostPlaces ? "; it belongs in " + places : "";
  for (const auto& [theirs, ours] : detail::foreign_names()) {
    if (theirs != word) continue;
    if (contains(paths, ours)) return "; here it is called \"" + std::string(ours) + "\"";
    const auto [places_here, count_here] = places_of(ours, paths);
    if (count_here > 0 && count_here <= kMostPlaces)
      return "; here it is called \"" + std::string(ours) + "\", in " + places_here;
  }
  return "";
}

}  // namespace fovea
