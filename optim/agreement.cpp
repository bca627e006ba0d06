// SPDX-License-Identifier: Apache-2.0
#include "agreement.h"

#include <fovea/core/comm/launch.h>
#include <fovea/core/error.h>
#include <fovea/core/system_info.h>
#include <fovea/optim/config_diff.h>

#include <functional>

namespace fovea {
namespace {

// The sentence that tells the two apart; empty when that does not matter.
using Difference = std::function<std::string(const std::string& first, const std::string& other)>;

void check_same(Communicator* processes, const std::string& mine, const std::string& what,
                const Difference& difference) {
  if (!processes) return;
  const std::vector<std::string> all = gather_text(*processes, mine);
  for (size_t rank = 1; rank < all.size(); rank++) {
    if (all[rank] == all[0]) continue;
    const std::string sentence = difference(all[0], all[rank]);
    if (sentence.empty()) continue;
    throw ConfigError("rank " + std::to_string(rank) + "'s " + what +
                      " differs from rank 0's: " + sentence + "; start all ranks with the same");
  }
}

std::string both(const std::string& first, const std::string& other) {
  return other + ", there " + first;
}

std::string config_difference(const std::string& first, const std::string& other) {
  const auto config_of = [](const std::string& text, const char* name) {
    return RunConfig::read(Config::parse(text, name));
  };
  const RunConfig a = config_of(first, "rank 0's config"), b = config_of(other, "a rank's config");
  // Rates and sizes by their names; data is told apart by what is in it, not by where it lies.
  for (const ConfigDifference& difference : config_differences(a, b)) {
    const bool place =
        difference.where.starts_with("data.train") || difference.where.starts_with("data.val");
    if (!place) return to_sentence(difference, "rank 0's", "the other");
  }
  return "";
}

}  // namespace

void check_same_config(Communicator* processes, const RunConfig& config, Device device) {
  check_same(processes, version(), "Fovea", both);
  check_same(processes, device.is_cpu() ? "the CPU" : "a GPU", "device", both);
  check_same(processes, config.resolved(), "config", config_difference);
}

void check_same_data(Communicator* processes, const BatchSource* source, const char* what) {
  std::string text = "none";
  if (source) {
    text = std::to_string(source->samples()) + " samples of " +
           std::to_string(source->classes().size()) + " classes, sha256 " + source->fingerprint();
  }
  check_same(processes, text, what, both);
}

void check_same_start(Communicator* processes, int64_t step, const std::string& weights) {
  check_same(processes, "step " + std::to_string(step) + ", weights sha256 " + weights, "start",
             both);
}

}  // namespace fovea
