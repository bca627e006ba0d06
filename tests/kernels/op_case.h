// SPDX-License-Identifier: Apache-2.0
// One case of tests/cases/ops: reading it, and comparing with what it expects.
#pragma once

#include <fovea/core/tensor.h>
#include <fovea/kernels/pool2d.h>

#include <nlohmann/json.hpp>

#include <string>
#include <vector>

namespace fovea::test {

// An array of doubles as in the file.
struct CaseArray {
  Shape shape;
  std::vector<double> data;
};

class OpCase {
 public:
  // Its tensors will lie on `device`; those to compare may lie anywhere.
  explicit OpCase(const std::string& file, Device device = {});

  const std::string& op() const { return op_; }
  bool has_input(const char* name) const { return inputs_.contains(name); }
  bool expects(const char* name) const { return expect_.contains(name); }
  const nlohmann::json& expectation(const char* name) const { return expect_.at(name); }

  CaseArray input(const char* name) const;
  Tensor tensor(const char* name) const;   // of any rank, as it is
  Tensor nhwc(const char* name) const;     // activations, from NCHW
  Tensor weights(const char* name) const;  // (out, h, w, in), from OIHW
  Tensor integers(const char* name) const;

  double number(const char* name, double otherwise) const;
  std::string word(const char* name, const char* otherwise) const;
  bool flag(const char* name, bool otherwise) const;
  std::vector<double> numbers(const char* name) const;
  Extent2d extent(const char* name, int64_t otherwise) const;  // a number or [h, w]
  Padding padding(const char* name) const;  // a number, [h, w] or [top, left, bottom, right]
  Pool2dParams pooling() const;

  // "" if `got` is what the case expects under `name` (or it expects nothing there), else what
  // differs.
  std::string differs(const char* name, const std::vector<double>& got) const;
  std::string differs(const char* name, const Tensor& got) const;
  std::string nhwc_differs(const char* name, const Tensor& got) const;
  std::string weights_differ(const char* name, const Tensor& got) const;

 private:
  Device device_;
  std::string op_;
  nlohmann::json params_, inputs_, expect_;
  double absolute_, relative_;
};

}  // namespace fovea::test
