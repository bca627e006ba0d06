/* SPDX-License-Identifier: Apache-2.0 */
/* Fovea for C, and for every language that calls C: load a model and classify pictures with it,
 * train one and save it.
 *
 * Handles are opaque; each is made by one function and freed by another, which takes NULL, too.
 *
 * A function that can fail returns a status, or a handle that is NULL after a failure, and says in
 * its last argument what went wrong; that may be NULL. Nothing is printed, nothing ends the
 * process, no C++ exception comes out.
 *
 * There is no global state. Functions that take a handle as const may be called for it by several
 * threads at once; all others are for one thread at a time. Handles do not know of one another.
 *
 * Pixels are 8 bits per channel: rows from the top, pixels from the left, channels innermost (one:
 * gray; three: red, green, blue), one picture after the other. Strings are UTF-8.
 *
 * docs/embedding.md has a whole program. */
#ifndef FOVEA_H
#define FOVEA_H

#include <stddef.h>
#include <stdint.h>

#define FOVEA_C_API __attribute__((visibility("default")))

#ifdef __cplusplus
extern "C" {
#endif

typedef enum fovea_status {
  FOVEA_OK = 0,
  FOVEA_SYSTEM_ERROR = 1,   /* the system refused: reading, writing, memory */
  FOVEA_CONFIG_ERROR = 2,   /* a config is wrong; the message has a line for each mistake */
  FOVEA_DATA_ERROR = 3,     /* a model or a picture is missing, damaged, or does not fit */
  FOVEA_DIVERGED = 4,       /* the loss is no longer finite */
  FOVEA_ARGUMENT_ERROR = 5, /* NULL, or a size that does not fit */
  FOVEA_INTERNAL_ERROR = 6  /* a bug in Fovea */
} fovea_status;

/* What went wrong in one call; the caller's own memory. */
typedef struct fovea_error {
  fovea_status status;
  char message[2044]; /* ends with a zero byte; empty after success; cut off where there is more */
} fovea_error;

FOVEA_C_API const char* fovea_version(void); /* "0.1.0" */

/* A trained model, ready to classify. */
typedef struct fovea_model fovea_model;

typedef struct fovea_info {
  int64_t height, width, channels; /* of the pictures */
  int64_t classes;                 /* probabilities of each picture; labels are below */
} fovea_info;

/* From a model file or a run's folder. `threads`: that each call computes on; 0: all processors of
 * this process. */
FOVEA_C_API fovea_model* fovea_model_load(const char* path, int threads, fovea_error* error);
FOVEA_C_API void fovea_model_free(fovea_model* model);

FOVEA_C_API fovea_info fovea_model_info(const fovea_model* model);
/* Lives as long as the model; NULL when there is no such label. */
FOVEA_C_API const char* fovea_model_class_name(const fovea_model* model, int64_t label);

/* The probabilities of all classes, `classes` for each of `count` pictures. */
FOVEA_C_API fovea_status fovea_predict(const fovea_model* model, const uint8_t* pixels,
                                       int64_t count, float* probabilities, fovea_error* error);
/* The same for one encoded picture in memory, or in a file: PNG, BMP, PGM or PPM, of the model's
 * size. */
FOVEA_C_API fovea_status fovea_predict_encoded(const fovea_model* model, const void* bytes,
                                               size_t size, float* probabilities,
                                               fovea_error* error);
FOVEA_C_API fovea_status fovea_predict_file(const fovea_model* model, const char* path,
                                            float* probabilities, fovea_error* error);

/* A model in training. */
typedef struct fovea_learner fovea_learner;

/* A new model, from the text of a config in JSON: "model" as in a run's config, and beside it,
 * where the defaults do not suit, "classes", "scale", "mean", "std", "seed", "batch_size",
 * "optimizer", "clip", "label_smoothing". */
FOVEA_C_API fovea_learner* fovea_learner_create(const char* config, int threads,
                                                fovea_error* error);
/* Goes on with the weights of a model file or a run's folder; the config has "seed" and what
 * follows it above. */
FOVEA_C_API fovea_learner* fovea_learner_load(const char* path, const char* config, int threads,
                                              fovea_error* error);
FOVEA_C_API void fovea_learner_free(fovea_learner* learner);

FOVEA_C_API fovea_info fovea_learner_info(const fovea_learner* learner);

/* One step of training on `count` pictures, at most "batch_size". `loss` is their mean loss before
 * the step, `correct` how many were classified right; both may be NULL. After an error the weights
 * are as before. */
FOVEA_C_API fovea_status fovea_learner_step(fovea_learner* learner, const uint8_t* pixels,
                                            const int32_t* labels, int64_t count, float* loss,
                                            int64_t* correct, fovea_error* error);
/* The learning rate of the next steps. */
FOVEA_C_API fovea_status fovea_learner_set_lr(fovea_learner* learner, float lr, fovea_error* error);

/* Writes a model file: all at once, or not at all. */
FOVEA_C_API fovea_status fovea_learner_save(const fovea_learner* learner, const char* path,
                                            fovea_error* error);
/* A copy of the model as it is now; to be freed. */
FOVEA_C_API fovea_model* fovea_learner_model(const fovea_learner* learner, int threads,
                                             fovea_error* error);

#ifdef __cplusplus
}
#endif

#endif
