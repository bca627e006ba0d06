// SPDX-License-Identifier: Apache-2.0
// Files that list pictures with their labels.
#pragma once

#include <fovea/data/sample_list.h>

#include <string>
#include <vector>

namespace fovea::detail {

// Told by the ending of the name: .txt, .lst or .list, and .csv.
bool is_list_file(const std::string& path);

// A list: "PATH LABEL" on each line, as Caffe's. The label, a number from 0, is what follows the
// last blank, so paths may have blanks; paths are relative to `root`, or, when that is empty, to
// the list's folder. `classes` are the labels' names; empty: numbers up to the largest label.
//
// A .csv: ImageNet's validation labels as Kaggle has them, ImageId,PredictionString with the name
// of a class as the first word of the second. Its pictures, ImageId.JPEG, are in `root`, or beside
// the file, or where Kaggle's archive has them. The names of the classes are, or begin with, these
// words; without `classes` they are the words, sorted.
//
// Throws DataError, with the line, for what is not such a line, a label that has no class, or a
// first picture that is not there.
SampleList read_list_file(const std::string& path, const std::string& root,
                          std::vector<std::string> classes);

}  // namespace fovea::detail
