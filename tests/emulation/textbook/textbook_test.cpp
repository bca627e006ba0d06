// SPDX-License-Identifier: Apache-2.0
// Well-formed programs behave: each kernel's result is compared with a plain loop on the host.
#include "textbook.cuh"

#include "emulation/support/device_array.h"

#include <catch2/catch.hpp>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <random>
#include <vector>

namespace {

template <class T>
std::vector<T> random_values(size_t size, int low, int high, unsigned seed = 1) {
  std::mt19937 random(seed);
  std::vector<T> values(size);
  for (T& value : values) value = T(low + int(random() % unsigned(high - low + 1)));
  return values;
}

std::vector<float> random_floats(size_t size, unsigned seed) {
  std::vector<float> values = random_values<float>(size, -1000, 1000, seed);
  for (float& value : values) value /= 512;
  return values;
}

template <class T>
DeviceArray<T> zeros(size_t size) {
  return DeviceArray<T>(std::vector<T>(size));
}

// The largest difference between two vectors.
double distance(const std::vector<float>& got, const std::vector<double>& expected) {
  REQUIRE(got.size() == expected.size());
  double largest = 0;
  for (size_t i = 0; i < got.size(); i++) {
    const double difference = std::fabs(double(got[i]) - expected[i]);
    if (!(difference <= largest)) largest = difference;
  }
  return largest;
}

}  // namespace

TEST_CASE("Textbook: tiled transpose") {
  const StreamHandle stream;
  for (const auto& [rows, columns] : {std::pair(64, 96), std::pair(33, 70), std::pair(1, 5)}) {
    const std::vector<float> x = random_floats(size_t(rows * columns), 2);
    const DeviceArray<float> in(x), out(x.size());
    require(textbook::transpose(in.get(), out.get(), rows, columns, stream));
    std::vector<float> expected(x.size());
    for (int i = 0; i < rows; i++)
      for (int j = 0; j < columns; j++) expected[size_t(j * rows + i)] = x[size_t(i * columns + j)];
    CHECK(out.host(stream) == expected);
  }
}

TEST_CASE("Textbook: scan") {
  const StreamHandle stream;
  for (const int size : {1, 511, 512, 513, 2000}) {
    const std::vector<int> x = random_values<int>(size_t(size), -5, 9);
    const DeviceArray<int> in(x), out(x.size()), sums(8);
    require(textbook::exclusive_scan(in.get(), out.get(), size, sums.get(), stream));
    std::vector<int> expected(x.size());
    std::exclusive_scan(x.begin(), x.end(), expected.begin(), 0);
    CHECK(out.host(stream) == expected);
  }
}

TEST_CASE("Textbook: histogram with atomics") {
  const StreamHandle stream;
  const std::vector<uint8_t> x = random_values<uint8_t>(3001, 0, 255);
  const DeviceArray<uint8_t> in(x);
  const auto counts = zeros<unsigned>(256);
  require(textbook::histogram(in.get(), int(x.size()), counts.get(), stream));
  std::vector<unsigned> expected(256);
  for (const uint8_t value : x) expected[value]++;
  CHECK(counts.host(stream) == expected);
}

TEST_CASE("Textbook: warp reduction") {
  const StreamHandle stream;
  for (const size_t size : {1, 100, 1777}) {
    const std::vector<int> x = random_values<int>(size, -50, 60);
    const DeviceArray<int> in(x);
    const auto sum = zeros<int>(1);
    require(textbook::sum(in.get(), int(size), sum.get(), stream));
    CHECK(sum.host(stream).front() == std::accumulate(x.begin(), x.end(), 0));
  }
}

TEST_CASE("Textbook: block radix sort") {
  const StreamHandle stream;
  std::mt19937 random(4);
  std::vector<unsigned> x(512);
  for (unsigned& key : x) key = unsigned(random());
  const DeviceArray<unsigned> keys(x);
  require(textbook::radix_sort_blocks(keys.get(), int(x.size()), stream));
  std::sort(x.begin(), x.begin() + 256);
  std::sort(x.begin() + 256, x.end());
  CHECK(keys.host(stream) == x);
}

TEST_CASE("Textbook: stencil with a halo") {
  const StreamHandle stream;
  const int rows = 37, columns = 50;
  const float rate = 0.25f;
  const std::vector<float> x = random_floats(size_t(rows * columns), 5);
  const DeviceArray<float> in(x), out(x.size());
  require(textbook::heat_step(in.get(), out.get(), rows, columns, rate, stream));
  const auto at = [&](int i, int j) {
    return i < 0 || i >= rows || j < 0 || j >= columns ? 0.0 : double(x[size_t(i * columns + j)]);
  };
  std::vector<double> expected;
  for (int i = 0; i < rows; i++)
    for (int j = 0; j < columns; j++)
      expected.push_back(at(i, j) + rate * (at(i - 1, j) + at(i + 1, j) + at(i, j - 1) +
                                            at(i, j + 1) - 4 * at(i, j)));
  CHECK(distance(out.host(stream), expected) < 1e-6);
}

TEST_CASE("Textbook: softmax") {
  const StreamHandle stream;
  const size_t rows = 5, columns = 300;
  std::vector<float> x = random_floats(rows * columns, 6);
  x[columns] = 200;  // exp of it would overflow
  const DeviceArray<float> in(x), out(x.size());
  require(textbook::softmax(in.get(), out.get(), int(rows), int(columns), stream));
  std::vector<double> expected;
  for (size_t row = 0; row < rows; row++) {
    const auto begin = x.begin() + long(row * columns), end = begin + long(columns);
    const double largest = *std::max_element(begin, end);
    double sum = 0;
    for (auto i = begin; i != end; ++i) sum += std::exp(*i - largest);
    for (auto i = begin; i != end; ++i) expected.push_back(std::exp(*i - largest) / sum);
  }
  CHECK(distance(out.host(stream), expected) < 1e-6);
}

namespace {

struct LayerNormCase {
  static constexpr size_t kRows = 6, kColumns = 200;
  StreamHandle stream;
  std::vector<float> x = random_floats(kRows * kColumns, 7),
                     dy = random_floats(kRows * kColumns, 8), gamma = random_floats(kColumns, 9),
                     beta = random_floats(kColumns, 10);
  DeviceArray<float> device_x{x}, device_dy{dy}, device_gamma{gamma}, device_beta{beta},
      mean{kRows}, inverse{kRows};
  textbook::LayerNorm norm{int(kRows),        int(kColumns), 1e-5f,        device_gamma.get(),
                           device_beta.get(), mean.get(),    inverse.get()};

  std::vector<double> normalised, inverses;  // in double precision

  LayerNormCase() {
    for (size_t row = 0; row < kRows; row++) {
      const float* values = x.data() + row * kColumns;
      const double average = std::accumulate(values, values + kColumns, 0.0) / kColumns;
      double variance = 0;
      for (size_t i = 0; i < kColumns; i++) variance += std::pow(values[i] - average, 2) / kColumns;
      inverses.push_back(1 / std::sqrt(variance + double(norm.epsilon)));
      for (size_t i = 0; i < kColumns; i++)
        normalised.push_back((values[i] - average) * inverses.back());
    }
  }
};

}  // namespace

TEST_CASE_METHOD(LayerNormCase, "Textbook: layer norm forward") {
  const DeviceArray<float> y(x.size());
  require(textbook::layer_norm(norm, device_x.get(), y.get(), stream));
  std::vector<double> expected;
  for (size_t i = 0; i < x.size(); i++)
    expected.push_back(normalised[i] * double(gamma[i % kColumns]) + double(beta[i % kColumns]));
  CHECK(distance(y.host(stream), expected) < 1e-5);
  CHECK(distance(inverse.host(stream), inverses) < 1e-5);
}

TEST_CASE_METHOD(LayerNormCase, "Textbook: layer norm backward") {
  const DeviceArray<float> y(x.size()), dx(x.size()), dgamma(kColumns), dbeta(kColumns);
  require(textbook::layer_norm(norm, device_x.get(), y.get(), stream));
  require(textbook::layer_norm_backward(norm, device_x.get(), device_dy.get(), dx.get(),
                                        dgamma.get(), dbeta.get(), stream));
  std::vector<double> expected_dx, expected_dgamma(kColumns), expected_dbeta(kColumns);
  for (size_t row = 0; row < kRows; row++) {
    double sum = 0, product = 0;
    const auto g = [&](size_t i) { return double(dy[row * kColumns + i]) * double(gamma[i]); };
    for (size_t i = 0; i < kColumns; i++) {
      sum += g(i) / kColumns;
      product += g(i) * normalised[row * kColumns + i] / kColumns;
    }
    for (size_t i = 0; i < kColumns; i++) {
      const double xhat = normalised[row * kColumns + i];
      expected_dx.push_back(inverses[row] * (g(i) - sum - xhat * product));
      expected_dgamma[i] += double(dy[row * kColumns + i]) * xhat;
      expected_dbeta[i] += double(dy[row * kColumns + i]);
    }
  }
  CHECK(distance(dx.host(stream), expected_dx) < 1e-5);
  CHECK(distance(dgamma.host(stream), expected_dgamma) < 1e-5);
  CHECK(distance(dbeta.host(stream), expected_dbeta) < 1e-5);
}

TEST_CASE("Textbook: batched small matrix products") {
  const StreamHandle stream;
  for (const int n : {1, 7, 16}) {
    const size_t size = size_t(n * n) * 9;
    const std::vector<float> x = random_values<float>(size, -9, 9),
                             y = random_values<float>(size, -8, 8, 3);
    const DeviceArray<float> a(x), b(y), c(size);
    require(textbook::small_gemm(a.get(), b.get(), c.get(), n, 9, stream));
    std::vector<float> expected(size);
    for (size_t i = 0; i < size; i++) {
      const size_t matrix = i / size_t(n * n) * size_t(n * n), row = i % size_t(n * n) / size_t(n);
      for (size_t k = 0; k < size_t(n); k++)
        expected[i] += x[matrix + row * size_t(n) + k] * y[matrix + k * size_t(n) + i % size_t(n)];
    }
    CHECK(c.host(stream) == expected);
  }
}

TEST_CASE("Textbook: bitonic sort") {
  const StreamHandle stream;
  for (const size_t size : {2, 64, 256, 1024}) {
    std::vector<int> x = random_values<int>(size, -300, 300);
    const DeviceArray<int> keys(x);
    require(textbook::bitonic_sort(keys.get(), int(size), stream));
    std::sort(x.begin(), x.end());
    CHECK(keys.host(stream) == x);
  }
}

TEST_CASE("Textbook: stream compaction") {
  const StreamHandle stream;
  const std::vector<int> x = random_values<int>(1000, -9, 9);
  const DeviceArray<int> in(x), out(std::vector<int>(x.size()));
  const auto count = zeros<int>(1);
  require(textbook::compact(in.get(), int(x.size()), out.get(), count.get(), stream));
  std::vector<int> expected;
  std::copy_if(x.begin(), x.end(), std::back_inserter(expected), [](int v) { return v > 0; });
  REQUIRE(size_t(count.host(stream).front()) == expected.size());
  std::vector<int> got = out.host(stream);
  got.resize(expected.size());
  std::sort(got.begin(), got.end());
  std::sort(expected.begin(), expected.end());
  CHECK(got == expected);
}

// Two buffers go round: the producer waits until the consumer has emptied one, the consumer until
// it is full.
TEST_CASE("Textbook: producer and consumer with events") {
  constexpr int kItems = 100, kRounds = 6;
  const StreamHandle producer, consumer;
  const EventHandle full[2], empty[2];
  const DeviceArray<int> first(kItems), second(kItems);
  const auto total = zeros<int>(1);
  for (int round = 0; round < kRounds; round++) {
    const int side = round % 2;
    int* buffer = (side ? second : first).get();
    require(cudaStreamWaitEvent(producer, empty[side],
                                0));  // never recorded in the first rounds: no wait
    require(textbook::produce(buffer, kItems, round, producer));
    require(cudaEventRecord(full[side], producer));
    require(cudaStreamWaitEvent(consumer, full[side], 0));
    require(textbook::consume(buffer, kItems, total.get(), consumer));
    require(cudaEventRecord(empty[side], consumer));
  }
  constexpr int kAll = kItems * kRounds;
  CHECK(total.host(consumer).front() == kAll * (kAll + 1) / 2);
  require(cudaStreamSynchronize(producer));
}
