// SPDX-License-Identifier: Apache-2.0
#include "kernels/op_case.h"

#include <cmath>
#include <fstream>
#include <functional>
#include <limits>
#include <sstream>
#include <stdexcept>

namespace fovea::test {
namespace {

using nlohmann::json;

double decode(const json& value) {
  if (value.is_number()) return value.get<double>();
  const auto word = value.get<std::string>();
  if (word == "nan") return std::numeric_limits<double>::quiet_NaN();
  if (word == "inf") return std::numeric_limits<double>::infinity();
  if (word == "-inf") return -std::numeric_limits<double>::infinity();
  throw std::runtime_error("case holds the value \"" + word + "\"");
}

CaseArray decode_array(const json& array) {
  CaseArray out{Shape(array.at("shape").get<std::vector<int64_t>>()), {}};
  for (const json& value : array.at("data")) out.data.push_back(decode(value));
  return out;
}

// Element i of a row-major array of `shape` whose second axis has been moved to the end.
int64_t channels_last(const Shape& shape, int64_t i) {
  const int64_t pixels = shape[2] * shape[3], channels = shape[1];
  const int64_t n = i / (pixels * channels), c = i / pixels % channels;
  return (n * pixels + i % pixels) * channels + c;
}

Tensor to_channels_last(const CaseArray& array) {
  const Shape& s = array.shape;
  Tensor out({s[0], s[2], s[3], s[1]});
  for (int64_t i = 0; i < s.elements(); i++) {
    out.data<float>()[channels_last(s, i)] = static_cast<float>(array.data[static_cast<size_t>(i)]);
  }
  return out;
}

std::vector<double> from_channels_last(const Tensor& elements) {
  const Tensor tensor = elements.to(Device::cpu());
  const Shape& s = tensor.shape();
  std::vector<double> out;
  for (int64_t i = 0; i < s.elements(); i++) {
    out.push_back(tensor.data<float>()[channels_last({s[0], s[3], s[1], s[2]}, i)]);
  }
  return out;
}

}  // namespace

OpCase::OpCase(const std::string& file, Device device) : device_(device) {
  std::ifstream in(file);
  const json all = json::parse(in);
  op_ = all.at("op").get<std::string>();
  params_ = all.at("params");
  inputs_ = all.at("inputs");
  expect_ = all.at("expect");
  absolute_ = all.value("tol_abs", 0.0);
  relative_ = all.value("tol_rel", 0.0);
}

CaseArray OpCase::input(const char* name) const { return decode_array(inputs_.at(name)); }

Tensor OpCase::tensor(const char* name) const {
  const CaseArray array = input(name);
  Tensor out(array.shape);
  for (size_t i = 0; i < array.data.size(); i++) {
    out.data<float>()[i] = static_cast<float>(array.data[i]);
  }
  return out.to(device_);
}

Tensor OpCase::nhwc(const char* name) const { return to_channels_last(input(name)).to(device_); }
Tensor OpCase::weights(const char* name) const { return nhwc(name); }

Tensor OpCase::integers(const char* name) const {
  const CaseArray array = input(name);
  Tensor out(array.shape, DType::i32);
  for (size_t i = 0; i < array.data.size(); i++) {
    out.data<int32_t>()[i] = static_cast<int32_t>(array.data[i]);
  }
  return out.to(device_);
}

double OpCase::number(const char* name, double otherwise) const {
  return params_.value(name, otherwise);
}
std::string OpCase::word(const char* name, const char* otherwise) const {
  return params_.value(name, std::string(otherwise));
}
bool OpCase::flag(const char* name, bool otherwise) const {
  if (!params_.contains(name)) return otherwise;
  const json& value = params_.at(name);
  return value.is_boolean() ? value.get<bool>() : value.get<int>() != 0;
}
std::vector<double> OpCase::numbers(const char* name) const {
  const json& value = params_.at(name);
  return value.is_array() ? value.get<std::vector<double>>()
                          : std::vector<double>{value.get<double>()};
}

Extent2d OpCase::extent(const char* name, int64_t otherwise) const {
  if (!params_.contains(name)) return {otherwise, otherwise};
  const auto v = numbers(name);
  return {static_cast<int64_t>(v.front()), static_cast<int64_t>(v.back())};
}

Padding OpCase::padding(const char* name) const {
  if (!params_.contains(name)) return {};
  const auto v = numbers(name);
  const auto at = [&](size_t i) { return static_cast<int64_t>(v.at(i % v.size())); };
  return {at(0), at(1), at(2), at(3)};
}

Pool2dParams OpCase::pooling() const {
  return {.kernel = extent("kernel", 1),
          .stride = extent("stride", 1),
          .padding = padding("pad"),
          .rounding = flag("ceil", false) ? Rounding::ceil : Rounding::floor,
          .count_include_pad = flag("include_pad", flag("count_include_pad", true))};
}

std::string OpCase::differs(const char* name, const std::vector<double>& got) const {
  if (!expects(name)) return "";
  const CaseArray want = decode_array(expect_.at(name));
  std::ostringstream text;
  text.precision(9);
  if (got.size() != want.data.size()) {
    text << name << " has " << got.size() << " values, not " << want.data.size() << "; ";
  }
  for (size_t i = 0; i < got.size() && text.str().empty(); i++) {
    const double a = got[i], b = want.data[i];
    const bool same = a == b || (std::isnan(a) && std::isnan(b)) ||
                      a == static_cast<double>(static_cast<float>(b));
    if (!same && !(std::fabs(a - b) <= absolute_ + relative_ * std::fabs(b))) {
      text << name << "[" << i << "] is " << a << ", not " << b << "; ";
    }
  }
  return text.str();
}

std::string OpCase::differs(const char* name, const Tensor& got) const {
  const Tensor here = got.to(Device::cpu());
  const auto values = here.span<float>();
  return differs(name, std::vector<double>(values.begin(), values.end()));
}
std::string OpCase::nhwc_differs(const char* name, const Tensor& got) const {
  return differs(name, from_channels_last(got));
}
std::string OpCase::weights_differ(const char* name, const Tensor& got) const {
  return differs(name, from_channels_last(got));
}

}  // namespace fovea::test
