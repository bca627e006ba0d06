// SPDX-License-Identifier: Apache-2.0
// What a net makes of pictures at one of its layers, and which pictures are alike there.
#pragma once

#include <fovea/core/context.h>
#include <fovea/data/batch_source.h>
#include <fovea/optim/checkpoint.h>

#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace FOVEA_API fovea {

// The net up to a layer, and to the activation behind it, if that alone reads it. An empty name:
// up to what goes into the last layer with weights, AlexNet's 4096 numbers. Throws ConfigError,
// which lists the layers, when there is none of this name.
Net net_up_to(const Model& model, const std::string& layer);

// The net's outputs of all samples of `source`, in its order, a row for each: (samples, numbers),
// f32, on the host. Throws ConfigError when the net does not take the pictures.
Tensor extract_features(const Net& net, Context& ctx, BatchSource& source, int64_t batch);

struct Neighbour {
  int64_t row = 0;
  float distance = 0;  // Euclidean
};

// The `count` rows that are nearest to each of `queries`, themselves left out, the nearest first;
// of equals the first.
std::vector<std::vector<Neighbour>> nearest_rows(const Tensor& features,
                                                 std::span<const int64_t> queries, int64_t count,
                                                 ThreadPool& pool);

// A .npy file of version 1.0: f32, in row-major order. Throws SystemError.
void save_npy(const std::string& path, const Tensor& values);

}  // namespace fovea
