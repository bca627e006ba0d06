// SPDX-License-Identifier: Apache-2.0
#include <fovea/core/error.h>
#include <fovea/kernels/simd.h>

#include <hwy/highway.h>
#include <hwy/targets.h>

namespace fovea {

namespace {

// Those compiled into the kernels and offered by this processor, best first, whatever the limit.
const std::vector<int64_t>& supported() {
  static const std::vector<int64_t> targets = [] {
    const int64_t limit = hwy::SupportedTargets();
    hwy::SetSupportedTargetsForTest(0);
    auto all = hwy::SupportedAndGeneratedTargets();
    hwy::SetSupportedTargetsForTest(limit);
    return all;
  }();
  return targets;
}

// The lowest bit is the best target.
int64_t in_use() {
  const int64_t targets = hwy::SupportedTargets() & HWY_TARGETS;
  return targets & -targets;
}

}  // namespace

std::vector<std::string> simd_targets() {
  std::vector<std::string> names;
  for (const int64_t target : supported()) names.emplace_back(hwy::TargetName(target));
  return names;
}

std::string simd_target() { return hwy::TargetName(in_use()); }

bool simd_target_is_exact() { return (in_use() & (HWY_AVX3 | HWY_AVX2 | HWY_NEON)) != 0; }

void limit_simd_target(const std::string& name) {
  int64_t chosen = 0;  // no limit
  std::string known;
  for (const int64_t target : supported()) {
    if (name == hwy::TargetName(target)) chosen = target;
    known += (known.empty() ? "" : ", ") + std::string(hwy::TargetName(target));
  }
  if (!name.empty() && chosen == 0) {
    throw ConfigError("SIMD target \"" + name + "\" is not available here; there are: " + known);
  }
  hwy::SetSupportedTargetsForTest(chosen);
  hwy::GetChosenTarget().Update(hwy::SupportedTargets());
}

}  // namespace fovea
