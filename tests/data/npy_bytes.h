// SPDX-License-Identifier: Apache-2.0
// Makes the bytes of small .npy files.
#pragma once

#include <cstdint>
#include <string>

namespace fovea::test {

inline std::string npy_dictionary(const std::string& descr, const std::string& shape,
                                  bool fortran = false) {
  return "{'descr': '" + descr + "', 'fortran_order': " + (fortran ? "True" : "False") +
         ", 'shape': " + shape + ", }";
}

// Any text as header, padded as numpy does; version 1, 2 or 3.
inline std::string npy_with_header(std::string text, const std::string& elements, int version = 1) {
  const size_t before = version == 1 ? 10 : 12;
  while ((before + text.size() + 1) % 64 != 0) text += ' ';
  text += '\n';
  std::string bytes = "\x93NUMPY";
  bytes += static_cast<char>(version);
  bytes += '\0';
  for (size_t i = 0; i < before - 8; i++) bytes += static_cast<char>(text.size() >> (8 * i));
  return bytes + text + elements;
}

inline std::string npy(const std::string& descr, const std::string& shape,
                       const std::string& elements, bool fortran = false) {
  return npy_with_header(npy_dictionary(descr, shape, fortran), elements);
}

// 0, 1, 2, ... modulo 256.
inline std::string counting(int64_t count) {
  std::string bytes;
  for (int64_t i = 0; i < count; i++) bytes += static_cast<char>(i);
  return bytes;
}

}  // namespace fovea::test
