// SPDX-License-Identifier: Apache-2.0
#include "support/error_message.h"
#include "support/file_bytes.h"
#include "support/temp_dir.h"

#include <fovea/core/error.h>
#include <fovea/core/io/safetensors.h>

#include <catch2/catch.hpp>

#include <bit>
#include <string>

using Catch::Contains;
using namespace fovea;
using fovea::test::error_message;
using fovea::test::TempDir;

namespace {

std::string length_bytes(uint64_t length) {
  const auto bytes = std::bit_cast<std::array<char, 8>>(length);
  return {bytes.data(), bytes.size()};
}

std::string file_of(const std::string& header, const std::string& data) {
  return length_bytes(header.size()) + header + data;
}

// The message when a file of these bytes is opened.
std::string open_error(const std::string& bytes) {
  const TempDir folder;
  const std::string path = folder.write("m.safetensors", bytes);
  const std::string message = error_message<DataError>([&] { SafetensorsFile file(path); });
  CHECK_THAT(message, Catch::StartsWith(path + ": ") || Catch::Equals("nothing was thrown"));
  return message.substr(std::min(message.size(), path.size() + 2));
}

std::string entry(const std::string& name, const std::string& rest) {
  return "\"" + name + "\":{" + rest + "}";
}

const std::string kWeight =
    entry("fc.weight", R"("dtype":"F32","shape":[3,4],"data_offsets":[0,48])");
const std::string kBias = entry("fc.bias", R"("dtype":"F32","shape":[3],"data_offsets":[48,60])");
const std::string kData(60, '\1');

}  // namespace

TEST_CASE("tensors of each type and metadata come back as they were saved") {
  const TempDir folder;
  const std::string path = folder.file("m.safetensors");
  const std::vector<NamedTensor> saved{
      {"w", Tensor::from<float>({2, 3}, {1, 2, 3, 4, 5, 6})},
      {"s", Tensor::from<double>({}, {0.1})},
      {"i", Tensor::from<int32_t>({2}, {-1, 7})},
      {"h", Tensor::from<BFloat16>({1}, {BFloat16::from_float(1.5f)})},
      {"u", Tensor::from<uint8_t>({3}, {1, 2, 255})},
      {"none", Tensor(Shape{0, 5})}};
  save_safetensors(path, saved, {{"step", "7"}, {"classes", "[\"é\\n\"]"}});
  const SafetensorsFile file(path);
  CHECK(file.metadata() == SafetensorsMetadata{{"step", "7"}, {"classes", "[\"é\\n\"]"}});
  REQUIRE(file.entries().size() == saved.size());
  for (const NamedTensor& named : saved) {
    const Tensor read = file.read(named.name);
    CHECK(read.shape() == named.tensor.shape());
    CHECK(read.dtype() == named.tensor.dtype());
    CHECK(std::string(static_cast<char*>(read.raw()), read.bytes()) ==
          std::string(static_cast<char*>(named.tensor.raw()), named.tensor.bytes()));
  }
}

TEST_CASE("the file's bytes are those of the reference: order, padding, escapes") {
  const TempDir folder;
  const std::string path = folder.file("m.safetensors");
  const Tensor f = Tensor::from<float>({1}, {1});
  const std::vector<NamedTensor> tensors{
      {"u", Tensor::from<uint8_t>({1}, {9})}, {"b", f}, {"a", f}};
  save_safetensors(path, tensors, {{"k", "v"}});
  const std::string header =
      R"({"__metadata__":{"k":"v"},"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},)"
      R"("b":{"dtype":"F32","shape":[1],"data_offsets":[4,8]},)"
      R"("u":{"dtype":"U8","shape":[1],"data_offsets":[8,9]}})";
  const std::string padded = header + std::string((8 - header.size() % 8) % 8, ' ');
  const std::string one("\0\0\x80\x3f", 4);
  CHECK(fovea::test::file_bytes(path) == file_of(padded, one + one + "\x09"));
}

TEST_CASE("damaged safetensors files are refused with what is wrong and where") {
  const std::string good = "{" + kWeight + "," + kBias + "}";
  CHECK(open_error(file_of(good, kData)) == "");
  CHECK_THAT(open_error(""), Contains("0 bytes, 8 wanted"));
  CHECK_THAT(open_error("1234567"), Contains("7 bytes, 8 wanted"));
  CHECK(open_error(file_of(good, kData).substr(0, 20)) ==
        "header says " + std::to_string(good.size()) + " bytes, file has 12 after the length");
  CHECK_THAT(open_error(file_of(good, kData.substr(1))),
             Contains("fc.bias ends at byte 60 of the data, data has 59"));
  CHECK_THAT(open_error(file_of(good, kData + "x")),
             Contains("the tensors end at byte 60 of the data, data has 61"));
  CHECK_THAT(open_error(length_bytes(uint64_t{1} << 40) + good + kData),
             Contains("header length 1099511627776 > limit 100000000"));
  CHECK_THAT(open_error(length_bytes(UINT64_MAX) + good), Contains("> limit"));
  CHECK_THAT(open_error(length_bytes(0) + kData), Contains("header length 0"));
  CHECK_THAT(open_error(file_of("[]", "")), Contains("the header does not start with {"));
  CHECK_THAT(open_error(file_of("{\"a\":        ", kData)), Contains("of the header is not JSON"));
  CHECK_THAT(open_error(file_of("{\"a\":{\"dtype\":x", "")), Contains("byte 14 of the header"));
  CHECK_THAT(open_error(file_of("{} {}", "")), Contains("byte 3 of the header is not JSON"));
}

TEST_CASE("entries that break a rule are refused by name") {
  const struct {
    std::string rest, message;
  } cases[] = {
      {R"("dtype":"F32","shape":[3],"data_offsets":[12,0])", "a: begin 12 > end 0"},
      {R"("dtype":"F32","shape":[300],"data_offsets":[0,1200])",
       "a ends at byte 1200 of the data, data has 60"},
      {R"("dtype":"F32","shape":[5,4],"data_offsets":[0,60])",
       "a: 80 bytes by shape, 60 by offsets"},
      {R"("dtype":"F32","shape":[14],"data_offsets":[4,60])",
       "a begins at byte 4 of the data, 0 expected: a hole"},
      {R"("dtype":"F32","shape":[4294967296,4294967296],"data_offsets":[0,60])",
       "impossible shape"},
      {R"("dtype":"F32","shape":[9223372036854775808],"data_offsets":[0,60])", "too large"},
      {R"("dtype":"F33","shape":[15],"data_offsets":[0,60])", "a: unknown dtype \"F33\""},
      {R"("dtype":"F32","shape":[-15],"data_offsets":[0,60])", "a negative number"},
      {R"("dtype":"F32","shape":[15.0],"data_offsets":[0,60])", "the number 15.0"},
      {R"("dtype":"F32","shape":[[15]],"data_offsets":[0,60])", "a list in a list"},
      {R"("dtype":"F32","shape":15,"data_offsets":[0,60])", "a number is not expected"},
      {R"("dtype":"F32","shape":[15],"data_offsets":[0])", "data_offsets has not 2 numbers"},
      {R"("dtype":"F32","shape":[15],"data_offsets":[0,60,60])", "data_offsets has not 2 numbers"},
      {R"("dtype":"F32","shape":[15])", "\"data_offsets\" is missing"},
      {R"("shape":[15],"data_offsets":[0,60])", "\"dtype\" is missing"},
      {R"("dtype":"F32","dtype":"F32","shape":[15],"data_offsets":[0,60])",
       "\"dtype\" is here twice"},
      {R"("dtype":"F32","shape":[15],"data_offsets":[0,60],"x":1)", "unknown key \"x\""},
      {R"("dtype":null,"shape":[15],"data_offsets":[0,60])", "null is not expected"},
  };
  for (const auto& [rest, message] : cases) {
    INFO(rest);
    CHECK_THAT(open_error(file_of("{" + entry("a", rest) + "}", kData)), Contains(message));
  }
  CHECK_THAT(open_error(file_of("{" + kWeight + "," + kWeight + "}", kData)), Contains("twice"));
  const std::string late = entry("fc.bias", R"("dtype":"F32","shape":[3],"data_offsets":[44,56])");
  CHECK_THAT(open_error(file_of("{" + kWeight + "," + late + "}", kData.substr(4))),
             Contains("fc.bias begins at byte 44 of the data, 48 expected: tensors overlap"));
  CHECK_THAT(open_error(file_of(R"({"__metadata__":{"a":1}})", "")),
             Contains("__metadata__: a number"));
  CHECK_THAT(open_error(file_of(R"({"__metadata__":{"a":{}}})", "")),
             Contains("an object is not expected"));
  CHECK_THAT(open_error(file_of(R"({"a":5})", "")), Contains("a: a number is not expected"));
}

TEST_CASE("legal corners of the format are read") {
  CHECK(open_error(file_of("{}", "")) == "");
  CHECK(open_error(file_of("{}      ", "")) == "");
  CHECK(open_error(file_of(R"({"__metadata__":{}})", "")) == "");
  const std::string scalar = entry("s", R"("dtype":"F32","shape":[],"data_offsets":[0,4])");
  const std::string empty = entry("e", R"("dtype":"F32","shape":[0],"data_offsets":[4,4])");
  CHECK(open_error(file_of("{" + empty + "," + scalar + "}", "1234")) == "");
}

TEST_CASE("types and shapes that do not fit are named on reading") {
  const TempDir folder;
  const std::string half = entry("w", R"("dtype":"F16","shape":[2],"data_offsets":[0,4])");
  const SafetensorsFile file(folder.write("m.safetensors", file_of("{" + half + "}", "1234")));
  CHECK(file.entries()[0].to_string() == "F16 [2]");
  CHECK_THAT(error_message<DataError>([&] { file.read("w"); }),
             Contains("w: dtype F16 cannot be read; F32, F64, BF16, U8 or I32 can"));
  CHECK_THAT(error_message<DataError>([&] { file.read("v"); }), Contains("has no tensor \"v\""));
  CHECK(file.find("v") == nullptr);

  const std::string path = folder.file("n.safetensors");
  save_safetensors(path, std::vector<NamedTensor>{{"w", Tensor::from<float>({2}, {1, 2})}});
  const Tensor wrong(Shape{3}), right(Shape{2});
  CHECK_THAT(error_message<DataError>([&] { SafetensorsFile(path).read_into("w", wrong); }),
             Contains("w: F32 [3] wanted, the file has F32 [2]"));
  SafetensorsFile(path).read_into("w", right);
  CHECK(right.span<float>()[1] == 2);
}

TEST_CASE("what is not a file is refused at once") {
  CHECK_THAT(error_message<DataError>([] { SafetensorsFile("/none"); }),
             Contains("cannot read /none: No such file or directory"));
  CHECK_THAT(error_message<DataError>([] { SafetensorsFile("/tmp"); }),
             Contains("not a regular file"));
  CHECK_THAT(error_message<DataError>([] { SafetensorsFile("/dev/zero"); }),
             Contains("not a regular file"));
}

TEST_CASE("what the format cannot hold is not written") {
  const TempDir folder;
  const Tensor x(Shape{1});
  const auto save = [&](std::vector<NamedTensor> tensors) {
    save_safetensors(folder.file("m"), tensors);
  };
  CHECK_THROWS_AS(save({{"a", x}, {"a", x}}), ArgumentError);
  CHECK_THROWS_AS(save({{"__metadata__", x}}), ArgumentError);
  CHECK_THROWS_AS(save({{"\xFF", x}}), ArgumentError);
  CHECK_THROWS_AS(save({{"a", Tensor()}}), ArgumentError);
  CHECK(std::filesystem::is_empty(folder.path()));
}

TEST_CASE("a file with checksums tells any changed byte of its tensors and metadata") {
  const TempDir folder;
  const std::string path = folder.file("m.safetensors");
  save_safetensors(path, std::vector<NamedTensor>{{"w", Tensor::from<float>({3}, {1, 2, 3})}},
                   {{"step", "7"}}, SafetensorsChecksums::with);
  CHECK(SafetensorsFile(path).read("w").data<float>()[2] == 3);
  CHECK(SafetensorsFile(path).metadata().at("step") == "7");
  const std::string good = fovea::test::file_bytes(path);
  const auto message_with = [&](size_t at, int bit) {
    std::string bytes = good;
    bytes[at] = static_cast<char>(bytes[at] ^ (1 << bit));
    folder.write("m.safetensors", bytes);
    return error_message<DataError>([&] { SafetensorsFile(path).read("w"); });
  };
  for (size_t i = good.size() - 12; i < good.size(); i++) {
    CHECK_THAT(message_with(i, static_cast<int>(i % 8)),
               Contains(path + ": w is damaged") && Contains("CRC-32C"));
  }
  CHECK_THAT(message_with(good.find("\"7\"") + 1, 0), Contains(path + ": its metadata is damaged"));
  CHECK_THAT(message_with(good.find("tensors"), 1), Contains("checksums") && Contains("crc32c"));
}
