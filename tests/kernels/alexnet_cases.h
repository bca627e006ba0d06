// SPDX-License-Identifier: Apache-2.0
// The convolutions of both AlexNets, in full size.
#pragma once

#include "kernels/conv2d_cases.h"

namespace cases {

// configs/alexnet-paper.json: 227 pixels, two groups.
inline std::vector<ConvCase> alexnet_of_the_paper(int64_t batch) {
  return {conv_case({batch, 227, 227, 3}, {96, 11, 11, 3}, {4, 4}),
          conv_case({batch, 27, 27, 96}, {256, 5, 5, 48}, {1, 1}, {2, 2, 2, 2}, 2),
          conv_case({batch, 13, 13, 256}, {384, 3, 3, 256}, {1, 1}, {1, 1, 1, 1}),
          conv_case({batch, 13, 13, 384}, {384, 3, 3, 192}, {1, 1}, {1, 1, 1, 1}, 2),
          conv_case({batch, 13, 13, 384}, {256, 3, 3, 192}, {1, 1}, {1, 1, 1, 1}, 2)};
}

// configs/alexnet-torchvision.json: 224 pixels, no groups.
inline std::vector<ConvCase> alexnet_of_torchvision(int64_t batch) {
  return {conv_case({batch, 224, 224, 3}, {64, 11, 11, 3}, {4, 4}, {2, 2, 2, 2}),
          conv_case({batch, 27, 27, 64}, {192, 5, 5, 64}, {1, 1}, {2, 2, 2, 2}),
          conv_case({batch, 13, 13, 192}, {384, 3, 3, 192}, {1, 1}, {1, 1, 1, 1}),
          conv_case({batch, 13, 13, 384}, {256, 3, 3, 384}, {1, 1}, {1, 1, 1, 1}),
          conv_case({batch, 13, 13, 256}, {256, 3, 3, 256}, {1, 1}, {1, 1, 1, 1})};
}

}  // namespace cases
