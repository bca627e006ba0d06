// SPDX-License-Identifier: Apache-2.0
// ImageNet's validation labels as Kaggle has them, LOC_val_solution.csv.
#pragma once

#include <fovea/data/sample_list.h>

#include <string>
#include <vector>

namespace fovea::detail {

// As read_list_file() says; without a root yet.
SampleList read_kaggle_labels(const std::string& path, std::vector<std::string> classes);

// Where the pictures are: `folder`, or a folder of Kaggle's archive below it.
std::string kaggle_root(const std::string& folder, const SampleList& samples);

}  // namespace fovea::detail
