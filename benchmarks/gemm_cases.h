// SPDX-License-Identifier: Apache-2.0
// Convolution and linear layers at AlexNet's shapes.
#pragma once

#include "bench.h"

#include <fovea/core/context.h>

#include <vector>

namespace fovea::bench {

// Every pass in exact numerics, compared with the same in fast numerics (blocks added at the end,
// no shards): what exactness costs.
inline constexpr const char *kForward = "forward", *kDataGradient = "data gradient",
                            *kWeightGradient = "weight gradient";

// A convolution of the paper's AlexNet on square maps.
struct ConvLayer {
  const char* name;
  int64_t size, in, out, kernel, stride, padding, groups;
};

inline constexpr ConvLayer kConvLayers[] = {{"conv1", 227, 3, 96, 11, 4, 0, 1},
                                            {"conv2", 27, 96, 256, 5, 1, 2, 2},
                                            {"conv3", 13, 256, 384, 3, 1, 1, 1},
                                            {"conv4", 13, 384, 384, 3, 1, 1, 2},
                                            {"conv5", 13, 384, 256, 3, 1, 1, 2}};

std::vector<Case> conv2d_cases(Context& ctx, int64_t batch);
std::vector<Case> linear_cases(Context& ctx, int64_t batch);

}  // namespace fovea::bench
