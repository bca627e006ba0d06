// SPDX-License-Identifier: Apache-2.0
// Damaged and foreign data sets of every kind, through the program: one message that names the file
// and the place, exit code 3.
#include "apps/judge.h"
#include "apps/workplace.h"
#include "data/cifar_bytes.h"
#include "data/npy_bytes.h"

#include <catch2/catch.hpp>
#include <sys/stat.h>

using Catch::Contains;
using fovea::test::cifar10;
using fovea::test::cifar100;
using fovea::test::gzip;
using fovea::test::idx1;
using fovea::test::idx3;
using fovea::test::idx3_header;
using fovea::test::npy;
using fovea::test::ProgramResult;
using fovea::test::unclear;
using fovea::test::Workplace;

namespace {

struct Trap {
  std::string bytes, wanted;
};

// Trains on `train`, and holds the result against what is wanted of a bad file called `file`.
void check_refused(const Workplace& place, const std::string& train, const std::string& file,
                   const std::string& wanted) {
  const ProgramResult result =
      place.fovea({"train", "tiny.json", "max_steps=1", "--force", "data.train=" + train});
  INFO(wanted << "\n" << result.err);
  CHECK(unclear(result, file).empty());
  CHECK(result.exit_code == 3);
  CHECK(result.out.empty());
  CHECK_THAT(result.err, Contains(wanted));
}

void make_pipe(const Workplace& place, const std::string& name) {
  place.write(name, "");
  std::filesystem::remove(place.path(name));
  REQUIRE(mkfifo(place.path(name).c_str(), 0600) == 0);
}

}  // namespace

TEST_CASE("idx images that are not what they say are named") {
  const Workplace place;
  const std::string good = idx3(20, 12, 12), packed = gzip(good);
  std::string bad_sum = packed;
  bad_sum[packed.size() - 6] = static_cast<char>(bad_sum[packed.size() - 6] ^ 1);
  place.write("x-labels-idx1-ubyte", idx1(20));
  const std::vector<Trap> traps{
      {packed.substr(0, packed.size() - 1), "gzip stream is cut off"},
      {packed.substr(0, 2), "gzip stream is cut off"},
      {bad_sum, "gzip"},
      {packed + "more", "gzip"},
      {gzip(idx3_header(20, 12, 12) + std::string(50'000'000, '\0')), "trailing bytes"},
      {gzip(idx3_header(0xffffffff, 12, 12) + std::string(50'000'000, '\0')), "holds at most"},
      {gzip(idx3_header(30, 12, 12) + std::string(1000, '\0')), "has 1016 after unpacking"},
      {idx3_header(0x80000000, 0x80000000, 4), "x-images"},
      {idx3_header(20, 0, 12), "images of 0x12 pixels (bytes 8 and 12)"},
      {idx3_header(0, 12, 12), "holds 0 samples (byte 4)"},
      {good.substr(0, 15), "the header alone needs 16"},
      {std::string("\3\b\0\0", 4) + good.substr(4), "not an idx file"},
      {idx3(20, 12, 12, 0xc03), "32-bit integers"},
      {"BZh91AY&SY", "not an idx file"},
      {"version https://git-lfs.github.com/spec/v1\noid", "not an idx file"}};
  for (const auto& [bytes, wanted] : traps) {
    place.write("x-images-idx3-ubyte", bytes);
    check_refused(place, "x-images-idx3-ubyte", "x-images-idx3-ubyte", wanted);
  }
  make_pipe(place, "x-images-idx3-ubyte");
  check_refused(place, "x-images-idx3-ubyte", "x-images-idx3-ubyte", "is not a regular file");
}

TEST_CASE("damaged CIFAR files are named with the record") {
  const Workplace place;
  const std::string good = cifar10(4);
  std::string label = good, coarse = cifar100(4), fine = coarse;
  label[2 * 3073] = '\x0a';
  coarse[3 * 3074] = '\x14';
  fine[3074 + 1] = '\x64';
  const std::vector<std::pair<std::string, Trap>> traps{
      {"data_batch_1.bin", {good.substr(0, good.size() - 1), "record 3, at byte 9219, is cut off"}},
      {"data_batch_1.bin", {good + '\0', "not a whole number of CIFAR-10 records"}},
      {"data_batch_1.bin", {"", "is empty"}},
      {"data_batch_1.bin", {label, "label 10 of record 2 (byte 6146)"}},
      {"data_batch_1.bin", {cifar100(4), "not a whole number of CIFAR-10 records"}},
      {"train.bin", {coarse, "coarse label 20 of record 3 (byte 9222)"}},
      {"train.bin", {fine, "fine label 100 of record 1 (byte 3075)"}},
      {"data_batch_1.bin", {gzip(good), "data_batch_1.bin"}},
      {"data_batch_1", {std::string("\x80\2}q\1", 5), "a Python pickle"}}};
  for (const auto& [name, trap] : traps) {
    place.write("cifar/" + name, trap.bytes);
    check_refused(place, "cifar/" + name, name, trap.wanted);
  }
  place.write("both/data_batch_1.bin", good);
  place.write("both/data_batch_2.bin", good.substr(1));
  check_refused(place, "both", "data_batch_2.bin", "is cut off");
  place.write("both/data_batch_2.bin", good);
  place.write("both/batches.meta.txt", "plane\nplane\n");
  check_refused(place, "both", "batches.meta.txt", "also on line 1");
}

TEST_CASE("damaged and foreign .npy files are named with the byte") {
  const Workplace place;
  const std::string x = npy("|u1", "(20, 12, 12)", std::string(2880, 'x')),
                    y = npy("<i8", "(20,)", std::string(160, '\0'));
  const auto of_type = [](const char* descr) {
    return npy(descr, "(20, 12, 12)", std::string(2880, 'x'));
  };
  const std::vector<Trap> images{{x + "x", "needs"},
                                 {x.substr(0, x.size() - 1), "needs"},
                                 {x.substr(0, 8), "header is cut off"},
                                 {"", "is empty"},
                                 {of_type("<f4"), "images are float32"},
                                 {of_type("<f2"), "images are float16"},
                                 {of_type("|O"), "Python objects"},
                                 {of_type("<c8"), "dtype '<c8'"},
                                 {npy("|u1", "(20, 144)", std::string(2880, 'x')), "(20, 144)"},
                                 {npy("|u1", "(4611686018427387904, 4, 4)", ""), "x_train.npy"},
                                 {npy("|u1", "(0, 12, 12)", ""), "it holds nothing"},
                                 {npy("|u1", "(-1, 12, 12)", ""), "an extent wanted"},
                                 {gzip(x), "x_train.npy"},
                                 {"PK\3\4" + std::string(60, '\0'), "a zip file"}};
  place.write("y_train.npy", y);
  place.write("\x1b[31m.npy", "");  // which the message does not hand on to the terminal
  check_refused(place, "\x1b[31m.npy", "?[31m.npy", "is empty");
  for (const auto& [bytes, wanted] : images) {
    place.write("x_train.npy", bytes);
    check_refused(place, "x_train.npy", "x_train.npy", wanted);
  }
  place.write("x_train.npy", x);
  const std::vector<Trap> labels{
      {y + "y", "needs"},
      {npy("<i8", "(19,)", std::string(152, '\0')), "has 19 labels"},
      {npy("<f8", "(20,)", std::string(160, '\0')), "labels are float64"},
      {npy("<i8", "(20, 10)", std::string(1600, '\0')), "one-hot"},
      {npy("<i8", "(20,)", std::string(160, '\xff')), "label -1 of sample 0 (byte 128)"},
      {npy("<u8", "(20,)", std::string(160, '\xff')), "label 18446744073709551615"}};
  for (const auto& [bytes, wanted] : labels) {
    place.write("y_train.npy", bytes);
    check_refused(place, "x_train.npy", "y_train.npy", wanted);
  }
  std::filesystem::remove(place.path("y_train.npy"));
  check_refused(place, "x_train.npy", "x_train.npy", "There is no y_train.npy beside it");
}
