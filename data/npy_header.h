// SPDX-License-Identifier: Apache-2.0
// The header of a .npy file (numpy's format versions 1.0 to 3.0): what its elements are.
#pragma once

#include "file_reader.h"

#include <cstdint>
#include <string>
#include <vector>

namespace fovea::detail {

// numpy's "descr": '<i4' is a signed integer of 4 bytes, least significant first.
struct NpyType {
  char kind = 'u';  // i: signed, u: unsigned, f: floating point, b: boolean
  int bytes = 1;
  bool big_endian = false;

  std::string name() const;  // numpy's: "int64"
};

struct NpyHeader {
  NpyType type;
  bool fortran_order = false;  // the first axis varies fastest
  std::vector<int64_t> shape;
  int64_t bytes = 0;  // of the header: where the elements begin
};

// Reads from the file's start up to the elements. Throws DataError with the byte for what is no
// such header, and for elements that are not plain numbers: Python objects, records, text.
NpyHeader read_npy_header(FileReader& reader);

}  // namespace fovea::detail
