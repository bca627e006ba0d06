// SPDX-License-Identifier: Apache-2.0
// Damaged configs, data sets and weights: each is one clear message with the right exit code.
#include "apps/judge.h"
#include "apps/workplace.h"
#include "data/picture_bytes.h"

#include <catch2/catch.hpp>

using Catch::Contains;
using fovea::test::gzip;
using fovea::test::idx1;
using fovea::test::idx3;
using fovea::test::ProgramResult;
using fovea::test::unclear;
using fovea::test::Workplace;

namespace {

std::string replaced(std::string text, const std::string& from, const std::string& to) {
  const size_t at = text.find(from);
  REQUIRE(at != std::string::npos);
  return text.replace(at, from.size(), to);
}

// The text with the last "}" replaced.
std::string with_end(const std::string& text, const std::string& end) {
  return text.substr(0, text.find_last_not_of(" \n", text.rfind('}') - 1) + 1) + end;
}

std::string safetensors(const std::string& header, const std::string& data) {
  return fovea::test::little_endian(static_cast<uint32_t>(header.size()), 4) +
         std::string(4, '\0') + header + data;
}

}  // namespace

TEST_CASE("each trap made from a good config is one clear error") {
  const Workplace place;
  const std::string base = place.fovea({"train", "tiny.json", "--print"}).out;
  const auto run = [&](const std::string& text) {
    place.write("trap.json", text);
    return place.fovea({"train", "trap.json", "max_steps=1"});
  };
  CHECK(run(base).exit_code == 0);
  CHECK(run("// train\n" + base).exit_code == 0);  // comments are part of the format
  CHECK(run(replaced(base, "\"mean\": 0.3", "\"mean\": 3E-1")).exit_code == 0);

  const std::vector<std::pair<std::string, std::string>> traps{
      {with_end(base, ",\n \"bogus_key_zq\": 1}"), "bogus_key_zq: unknown key"},
      {replaced(base, "\"mean\"", "\"meanx\""), "did you mean \"mean\"?"},
      {replaced(base, "\"mean\": 0.3", "\"mean\": NaN"), "NaN"},
      {replaced(base, "\"mean\": 0.3", "\"mean\": -Infinity"), "-Infinity"},
      {replaced(base, "\"mean\": 0.3", "\"mean\": null"), "data.mean"},
      {replaced(base, "\"batch_size\": 32", "\"batch_size\": 1e-3"), "train.batch_size"},
      {replaced(base, "\"batch_size\": 32", "\"batch_size\": 32.5"), "train.batch_size"},
      {replaced(base, "\"batch_size\": 32", "\"batch_size\": \"32\""), "train.batch_size"},
      {replaced(base, "\"batch_size\": 32", "\"batch_size\": -4"), "train.batch_size"},
      {replaced(base, "\"batch_size\": 32", "\"batch_size\": 0"), "train.batch_size"},
      {replaced(base, "\"kernel_size\": 3", "\"kernel_sze\": 3"), "did you mean \"kernel_size\"?"},
      {replaced(base, "\"kernel_size\": 3", "\"kernel_size\": 30"), "conv1"},
      {replaced(base, "\"conv2d\"", "\"conv3d\""), "did you mean \"conv2d\"?"},
      {with_end(base, ",\n}"), "comma"},
      {with_end(base, ",\n \"name\": \"tiny\"}"), "name"},
      {"", "empty"},
      {base.substr(0, base.size() / 2), "ends"},
      {"[1, 2]", "object"},
      {std::string("\0\x01\x02", 3), ""}};
  for (const auto& [text, wanted] : traps) {
    const ProgramResult result = run(text);
    INFO(wanted << "\n" << result.err);
    CHECK(unclear(result, "trap.json").empty());
    CHECK(result.exit_code == 2);
    CHECK_THAT(result.err, Contains(wanted));
  }
}

TEST_CASE("all mistakes of a config come at once, with their places") {
  const Workplace place;
  std::string text = replaced(fovea::test::kConvNet, "\"epochs\"", "\"epoch\"");
  text = replaced(text, "\"momentum\": 0.9", "\"momentum\": \"high\"");
  text = replaced(text, "\"kernel_size\": 3}", "\"kernel_sze\": 3}");
  place.write("trap.json", text);
  const ProgramResult result = place.fovea({"train", "trap.json", "lr=-1"});
  CHECK(result.exit_code == 2);
  for (const char* part : {"trap.json:10:", "did you mean \"epochs\"?", "train.optimizer.momentum",
                           "did you mean \"kernel_size\"?", "lr=-1 (from the command line)"})
    CHECK_THAT(result.err, Contains(part));
}

TEST_CASE("damaged idx files are named") {
  const Workplace place;
  const std::string good = idx3(20, 12, 12), cut = good.substr(0, good.size() - 100);
  const auto train = [&](const std::string& images, const std::string& labels) {
    place.write("x-images-idx3-ubyte", images);
    place.write("x-labels-idx1-ubyte", labels);
    return place.fovea({"train", "tiny.json", "max_steps=1", "data.train=x-images-idx3-ubyte"});
  };
  CHECK(train(good, idx1(20)).exit_code == 0);
  CHECK(train(gzip(good), gzip(idx1(20))).exit_code == 0);
  const std::vector<std::tuple<std::string, std::string, std::string>> traps{
      {cut, idx1(20), "needs 2896 bytes, has 2796"},
      {gzip(cut), idx1(20), "needs 2896 bytes, has 2796"},
      {gzip(good).substr(0, 60), idx1(20), "x-images"},
      {idx1(20), idx3(20, 12, 12), "0x801 is a label file"},
      {good, good, "0x803 is an image file"},
      {good, idx1(19), "19 labels"},
      {good + "x", idx1(20), "trailing"},
      {"", idx1(20), "0 bytes"},
      {idx3(20, 12, 12, 0x80d), idx1(20), "x-images"},
      {fovea::test::idx3_header(0xffffffff, 0xffffffff, 0xffffffff), idx1(20), "x-images"},
      {"hello, this is text", idx1(20), "not an idx file"}};
  for (const auto& [images, labels, wanted] : traps) {
    const ProgramResult result = train(images, labels);
    INFO(wanted << "\n" << result.err);
    CHECK(unclear(result, "idx").empty());
    CHECK(result.exit_code == 3);
    CHECK_THAT(result.err, Contains(wanted));
  }
}

TEST_CASE("weights that do not suit a net are named, file and tensor") {
  const Workplace place;
  const std::string weight = R"("fc.weight":{"dtype":"F32","shape":[3,4],"data_offsets":[0,48]})";
  const std::string bias = R"("fc.bias":{"dtype":"F32","shape":[3],"data_offsets":[48,60]})";
  const std::string data(60, '\0');
  const auto check = [&](const std::string& bytes) {
    place.write("w.safetensors", bytes);
    return place.fovea({"summary", "line.json", "--weights", "w.safetensors"});
  };
  const std::string good = safetensors("{" + weight + "," + bias + "}", data);
  CHECK(check(good).exit_code == 0);
  const std::string header_huge = std::string("\0\0\0\0\0\1\0\0", 8) + good.substr(8);
  const std::vector<std::pair<std::string, std::string>> traps{
      {"", "0 bytes"},
      {good.substr(0, 20), ""},
      {good.substr(0, good.size() - 1), "fc.bias"},
      {header_huge, "1099511627776"},
      {std::string(8, '\0') + data, ""},
      {safetensors("{\"a\":           ", data), ""},
      {safetensors(R"({"a":{"dtype":"F32","shape":[3],"data_offsets":[12,0]}})", data), "begin 12"},
      {safetensors(R"({"a":{"dtype":"F32","shape":[300],"data_offsets":[0,1200]}})", data),
       "byte 1200"},
      {safetensors(R"({"a":{"dtype":"F32","shape":[5,4],"data_offsets":[0,60]}})", data),
       "80 bytes"},
      {safetensors("{" + weight + "}", data.substr(0, 48)), "fc.bias"},
      {safetensors("{" + weight + "," + bias +
                       R"(,"extra":{"dtype":"F32","shape":[2],"data_offsets":[60,68]}})",
                   data + std::string(8, 'x')),
       "extra"},
      {safetensors(R"({"fc.weight":{"dtype":"F16","shape":[3,4],"data_offsets":[0,24]},)"
                   R"("fc.bias":{"dtype":"F16","shape":[3],"data_offsets":[24,30]}})",
                   data.substr(0, 30)),
       "F16"}};
  for (const auto& [bytes, wanted] : traps) {
    const ProgramResult result = check(bytes);
    INFO(wanted << "\n" << result.err);
    CHECK(unclear(result, "w.safetensors").empty());
    CHECK(result.exit_code == 3);
    CHECK_THAT(result.err, Contains(wanted));
    CHECK(place.fovea({"eval", "w.safetensors"}).exit_code == 3);
    CHECK(place.fovea({"predict", "w.safetensors", "w.safetensors"}).exit_code == 3);
  }
}
