// SPDX-License-Identifier: Apache-2.0
// Which class of a net each class folder is.
#pragma once

#include <fovea/data/dataset.h>
#include <fovea/data/sample_list.h>

#include <string>
#include <vector>

namespace fovea::detail {

// The index in `given` of each folder's name, or -1 where there is none. A name belongs to the
// folder of that name, or to the one whose name it begins with, before a blank: "n01440764 tench,
// Tinca tinca" to n01440764.
std::vector<int32_t> places_of(const std::vector<std::string>& folders,
                               const std::vector<std::string>& given);

// Gives the classes of a listed folder the names in `given`, where there are any.
//
// Split::train: labels become the order of the
// names; names that no folder has are left out; names of which none belongs to a folder are taken
// in the folders' order, with the folder's name before them. Split::val: the names are those of a
// net, and each must have its folder and each folder its name; names that are the numbers "0", "1",
// ... stand for classes without names, of which only the count matters.
//
// Throws ConfigError (train) or DataError (val), which name the first difference.
void match_classes(SampleList& samples, const std::vector<std::string>& given, Split split);

}  // namespace fovea::detail
