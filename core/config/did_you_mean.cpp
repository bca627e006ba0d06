// SPDX-License-Identifier: Apache-2.0
#include <fovea/core/did_you_mean.h>

#include <algorithm>
#include <array>
#include <numeric>
#include <utility>
#include <vector>

namespace fovea {

namespace {

constexpr size_t kLongestWord = 64;  // longer ones are not slips of a field's name

// What Caffe, Keras, darknet, timm and the paper's program call our fields.
constexpr std::pair<std::string_view, std::string_view> kForeignNames[] = {
    {"num_output", "out_channels"},
    {"num_output", "out_features"},
    {"filters", "out_channels"},
    {"n_filters", "out_channels"},
    {"channels", "out_channels"},
    {"units", "out_features"},
    {"neurons", "out_features"},
    {"out", "out_channels"},
    {"out", "out_features"},
    {"pad", "padding"},
    {"kernel", "kernel_size"},
    {"filter_size", "kernel_size"},
    {"pool_size", "kernel_size"},
    {"size", "kernel_size"},
    {"strides", "stride"},
    {"group", "groups"},
    {"local_size", "size"},
    {"n", "size"},
    {"bias", "k"},
    {"ceil_mode", "rounding"},
    {"base_lr", "lr"},
    {"learning_rate", "lr"},
    {"lr0", "lr"},
    {"decay", "weight_decay"},
    {"wd", "weight_decay"},
    {"dropout_ratio", "p"},
    {"rate", "p"},
    {"ratio", "p"},
    {"max_epochs", "epochs"},
    {"num_epochs", "epochs"},
    {"batch", "batch_size"},
    {"imgsz", "resize"},
    {"num_workers", "workers"},
    {"gamma", "factor"},
    {"step_size", "every"},
    {"opt", "optimizer"},
    {"solver", "optimizer"},
    {"scheduler", "lr_schedule"},
    {"lr_scheduler", "lr_schedule"},
    {"lr_policy", "lr_schedule"},
    {"label_smooth", "label_smoothing"},
    {"transforms", "augment"},
    {"augmentation", "augment"},
    {"net", "model"},
    {"network", "model"},
    {"random_seed", "seed"},
    {"random_state", "seed"},
};

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
  for (const auto& [theirs, ours] : kForeignNames) {
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

}  // namespace fovea
