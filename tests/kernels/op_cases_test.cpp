// SPDX-License-Identifier: Apache-2.0
// Runs every case of tests/cases/ops, and of the folder in the environment variable FOVEA_OP_CASES.
#include "kernels/op_case.h"
#include "support/compare.h"
#include "support/devices.h"

#include <fovea/core/error.h>
#include <fovea/kernels/conv2d.h>
#include <fovea/kernels/linear.h>
#include <fovea/kernels/lrn.h>
#include <fovea/kernels/pool2d.h>
#include <fovea/kernels/sgd.h>
#include <fovea/kernels/softmax.h>

#include <catch2/catch.hpp>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <functional>
#include <map>

namespace fovea {
namespace {

using test::OpCase;

std::string run_lrn(Context& ctx, const OpCase& c) {
  const LrnParams params{.size = static_cast<int64_t>(c.number("size", 5)),
                         .alpha = static_cast<float>(c.number("alpha", 1e-4)),
                         .beta = static_cast<float>(c.number("beta", 0.75)),
                         .k = static_cast<float>(c.number("k", 1)),
                         .alpha_mode = c.word("alpha_mode", "mean") == "sum"
                                           ? LrnParams::AlphaMode::sum
                                           : LrnParams::AlphaMode::mean,
                         .region = c.word("region", "across_channels") == "within_map"
                                       ? LrnParams::Region::within_map
                                       : LrnParams::Region::across_channels,
                         .groups = static_cast<int64_t>(c.number("groups", 1))};
  const Tensor x = c.nhwc("x");
  Tensor y = test::new_tensor(ctx, x.shape()), dx = test::new_tensor(ctx, x.shape());
  lrn_forward(ctx, params, x, y);
  std::string text = c.nhwc_differs("y", y);
  if (c.has_input("dy")) {
    lrn_backward(ctx, params, x, c.nhwc("dy"), Tensor(), dx);
    text += c.nhwc_differs("dx", dx);
  }
  return text;
}

// Places in windows as places in the map, h * width + w.
std::vector<double> places_in_map(const Pool2dParams& p, const Shape& x, const Tensor& argmax) {
  const auto places = reference::Array<int32_t>::from(argmax);
  std::vector<double> out;
  const Shape& s = argmax.shape();
  for (int64_t n = 0; n < s[0]; n++) {
    for (int64_t c = 0; c < s[3]; c++) {
      for (int64_t i = 0; i < s[1] * s[2]; i++) {
        const int64_t place = places(n, i / s[2], i % s[2], c);
        const int64_t h = i / s[2] * p.stride.h - p.padding.top + place / p.kernel.w;
        const int64_t w = i % s[2] * p.stride.w - p.padding.left + place % p.kernel.w;
        out.push_back(static_cast<double>(h * x[2] + w));
      }
    }
  }
  return out;
}

std::string run_max_pool(Context& ctx, const OpCase& c) {
  const Pool2dParams params = c.pooling();
  const Tensor x = c.nhwc("x");
  const Shape shape = pool2d_output_shape("max_pool2d", params, x.shape());
  Tensor y = test::new_tensor(ctx, shape), dx = test::new_tensor(ctx, x.shape());
  Tensor argmax = test::new_tensor(ctx, shape, max_pool2d_index_type(params));
  max_pool2d_forward(ctx, params, x, y, argmax);
  std::string text =
      c.nhwc_differs("y", y) + c.differs("argmax", places_in_map(params, x.shape(), argmax));
  if (!c.has_input("dy")) return text;
  const Tensor dy = c.nhwc("dy");
  max_pool2d_backward(ctx, params, argmax, dy, Tensor(), dx);
  text += c.nhwc_differs("dx", dx);
  const Tensor first = dx.clone();
  const int runs = ctx.threads() > 1 ? 1000 : 1;
  for (int run = 0; run < runs && text.empty(); run++) {
    dx.zero();
    max_pool2d_backward(ctx, params, argmax, dy, Tensor(), dx);
    text += test::bits_differ(dx, first);
  }
  return text;
}

std::string run_avg_pool(Context& ctx, const OpCase& c) {
  const Pool2dParams params = c.pooling();
  const Tensor x = c.nhwc("x");
  Tensor y = test::new_tensor(ctx, pool2d_output_shape("avg_pool2d", params, x.shape()));
  Tensor dx = test::new_tensor(ctx, x.shape());
  avg_pool2d_forward(ctx, params, x, y);
  std::string text = c.nhwc_differs("y", y);
  if (c.has_input("dy")) {
    avg_pool2d_backward(ctx, params, c.nhwc("dy"), dx);
    text += c.nhwc_differs("dx", dx);
  }
  return text;
}

std::string run_conv(Context& ctx, const OpCase& c) {
  const Conv2dParams params{.stride = c.extent("stride", 1),
                            .dilation = c.extent("dilation", 1),
                            .padding = c.padding("pad"),
                            .groups = static_cast<int64_t>(c.number("groups", 1)),
                            .rounding = c.flag("ceil", false) ? Rounding::ceil : Rounding::floor};
  const Tensor x = c.nhwc("x"), w = c.weights("w");
  const Tensor b = c.has_input("b") ? c.tensor("b") : Tensor();
  Tensor y = test::new_tensor(ctx, conv2d_output_shape(params, x.shape(), w.shape()));
  conv2d_forward(ctx, params, x, w, b, y);
  std::string text = c.nhwc_differs("y", y);

  Tensor alone =
      test::new_tensor(ctx, y.shape().with_batch(1));  // a row must not depend on its batch
  conv2d_forward(ctx, params, x.rows(0, 1), w, b, alone);
  text += test::bits_differ(alone, y.rows(0, 1));
  if (!c.has_input("dy")) return text;
  const Tensor dy = c.nhwc("dy");
  Tensor dx = test::new_tensor(ctx, x.shape()), dw = test::new_tensor(ctx, w.shape());
  Tensor db = test::new_tensor(ctx, {w.shape()[0]});
  conv2d_data_gradient(ctx, params, dy, w, Tensor(), dx);
  conv2d_weight_gradient(ctx, params, x, dy, dw, db);
  return text + c.nhwc_differs("dx", dx) + c.weights_differ("dw", dw) + c.differs("db", db);
}

// The output extent of one row of the table; -1 where the window does not fit.
int64_t output_extent(const std::string& op, int64_t in, int64_t kernel, int64_t stride,
                      int64_t pad, Rounding rounding) try {
  const Extent2d strides{stride, stride};
  const Padding padding{pad, pad, pad, pad};
  if (op == "conv") {
    const Conv2dParams params{
        .stride = strides, .dilation = {1, 1}, .padding = padding, .rounding = rounding};
    return conv2d_output_shape(params, {1, in, in, 1}, {1, kernel, kernel, 1})[1];
  }
  const Pool2dParams params{
      .kernel = {kernel, kernel}, .stride = strides, .padding = padding, .rounding = rounding};
  return pool2d_output_shape("max_pool2d", params, {1, in, in, 1})[1];
} catch (const ArgumentError&) {
  return -1;
}

std::string run_shapes(Context&, const OpCase& c) {
  const nlohmann::json& table = c.expectation("table");
  std::string text;
  for (const nlohmann::json& row : table.at("rows")) {
    std::map<std::string, nlohmann::json> cell;
    for (size_t i = 0; i < row.size(); i++) cell[table.at("cols").at(i)] = row.at(i);
    const auto whole = [&](const char* name) { return cell.at(name).get<int64_t>(); };
    const int64_t got =
        output_extent(cell.at("op"), whole("in"), whole("kernel"), whole("stride"), whole("pad"),
                      whole("ceil") != 0 ? Rounding::ceil : Rounding::floor);
    const int64_t want = cell.at("out").is_number() ? whole("out") : -1;
    if (got != want) text += row.dump() + " gives " + std::to_string(got) + "; ";
  }
  return text;
}

std::string run_softmax(Context& ctx, const OpCase& c) {
  const Tensor z = c.tensor("z"), labels = c.integers("target");
  Tensor p = test::new_tensor(ctx, z.shape()), dz = test::new_tensor(ctx, z.shape());
  Tensor losses = test::new_tensor(ctx, {z.shape()[0]});
  const CrossEntropyParams params{.label_smoothing =
                                      static_cast<float>(c.number("label_smoothing", 0))};
  softmax_forward(ctx, z, p);
  softmax_cross_entropy(ctx, params, z, labels, losses, dz);
  double loss = 0;
  for (const double v : reference::Array<double>::from(losses).values)
    loss += v / static_cast<double>(z.shape()[0]);
  return c.differs("p", p) + c.differs("loss", std::vector<double>{loss}) + c.differs("dz", dz);
}

// Several steps of one parameter; the values after each of them.
std::vector<double> sgd_steps(Context& ctx, const OpCase& c, const char* start,
                              const char* gradient, double lr_mult, double decay_mult) {
  Tensor w = c.tensor(start), v = test::new_tensor(ctx, w.shape());
  const Tensor g = c.tensor(gradient);
  std::vector<double> after;
  int64_t step = 0;
  for (const double lr : c.numbers("lr")) {
    const Tensor at = g.shape() == w.shape() ? g : g.rows(step, step + 1).reshaped(w.shape());
    const SgdParams params{
        .lr = static_cast<float>(lr * lr_mult),
        .momentum = static_cast<float>(c.number("momentum", 0)),
        .weight_decay = static_cast<float>(c.number("weight_decay", 0) * decay_mult),
        .form = c.word("form", "caffe") == "caffe" ? SgdForm::paper : SgdForm::pytorch};
    sgd_update(ctx, params, at, v, w);
    for (const double value : reference::Array<double>::from(w).values) after.push_back(value);
    step++;
  }
  return after;
}

std::string run_sgd(Context& ctx, const OpCase& c) {
  std::string text = c.differs("w", sgd_steps(ctx, c, "w0", "g_w", 1, 1));
  if (c.has_input("b0")) {
    text += c.differs("b", sgd_steps(ctx, c, "b0", "g_b", c.number("bias_lr_mult", 1),
                                     c.number("bias_wd_mult", 1)));
  }
  return text;
}

// The gradient of ranks r with counts[r] samples each, of mean g<r>, is that of one batch of all
// their samples: here of a linear layer's weights with inputs of 1.
std::string run_reduce(Context& ctx, const OpCase& c) {
  const std::vector<double> counts = c.numbers("counts");
  int64_t total = 0;
  for (const double count : counts) total += static_cast<int64_t>(count);
  const int64_t size = c.tensor("g0").elements();
  Tensor ones({total, 1}), none;
  std::fill(ones.span<float>().begin(), ones.span<float>().end(), 1.0f);
  const Tensor x = ones.to(ctx.device()), dy = test::new_tensor(ctx, {total, size});
  Tensor dw = test::new_tensor(ctx, {size, 1});
  int64_t row = 0;
  for (size_t rank = 0; rank < counts.size(); rank++) {
    const std::string name = "g" + std::to_string(rank);
    for (int64_t i = 0; i < static_cast<int64_t>(counts[rank]); i++, row++) {
      dy.rows(row, row + 1).copy_from(c.tensor(name.c_str()).reshaped({1, size}));
    }
  }
  linear_weight_gradient(ctx, x, dy, dw, none);
  std::vector<double> means;
  for (const double v : reference::Array<double>::from(dw).values)
    means.push_back(v / static_cast<double>(total));
  return c.differs("g", means);
}

const std::map<std::string, std::function<std::string(Context&, const OpCase&)>> kRunners{
    {"lrn", run_lrn},   {"maxpool", run_max_pool},   {"avgpool", run_avg_pool},
    {"conv", run_conv}, {"shape_only", run_shapes},  {"softmax_ce", run_softmax},
    {"sgd", run_sgd},   {"reduce_grad", run_reduce},
};

std::vector<std::string> case_files() {
  std::vector<std::string> files;
  const auto add_folder = [&](const std::filesystem::path& folder) {
    for (const auto& entry : std::filesystem::directory_iterator(folder)) {
      if (entry.path().extension() == ".json") files.push_back(entry.path().string());
    }
  };
  add_folder(FOVEA_OP_CASES_FOLDER);
  if (const char* more = std::getenv("FOVEA_OP_CASES")) add_folder(more);
  std::sort(files.begin(), files.end());
  return files;
}

TEST_CASE("operator cases") {
  const std::vector<std::string> files = case_files();
  REQUIRE(files.size() >= 27);
  for (const std::string& file : files) {
    CAPTURE(file);
    const auto runner = kRunners.find(OpCase(file).op());
    CHECK(runner != kRunners.end());
    if (runner == kRunners.end()) continue;
    for (const int threads : {1, 2}) {
      test::for_each_device(
          [&](Context& ctx) {
            if (!ctx.device().is_cpu() && threads > 1) return;
            CHECK(runner->second(ctx, OpCase(file, ctx.device())) == "");
          },
          {.threads = threads});
    }
  }
}

}  // namespace
}  // namespace fovea
