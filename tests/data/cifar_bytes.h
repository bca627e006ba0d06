// SPDX-License-Identifier: Apache-2.0
// Makes the bytes of small CIFAR files: every pixel of a plane is alike.
#pragma once

#include <string>

namespace fovea::test {

inline std::string plane(int value) { return std::string(1024, static_cast<char>(value)); }

// Record i: label i mod 10; red 20 + i, green one more, blue two more.
inline std::string cifar10(int records) {
  std::string bytes;
  for (int i = 0; i < records; i++) {
    bytes += static_cast<char>(i % 10);
    for (int c = 0; c < 3; c++) bytes += plane(20 + i + c);
  }
  return bytes;
}

// Record i: coarse label i mod 20, fine label i mod 100; colours as above, from 10 + i.
inline std::string cifar100(int records) {
  std::string bytes;
  for (int i = 0; i < records; i++) {
    bytes += static_cast<char>(i % 20);
    bytes += static_cast<char>(i % 100);
    for (int c = 0; c < 3; c++) bytes += plane(10 + i + c);
  }
  return bytes;
}

}  // namespace fovea::test
