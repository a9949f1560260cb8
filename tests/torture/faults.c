/* Counts this process's writing calls on files under one folder, and fails or kills at the n-th. For LD_PRELOAD. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/types.h>
#include <unistd.h>

enum { FAIL = 1, KILL = 2 };

static char folder[4096];
static long seen, wanted, act;

void faults_arm(const char *under, long at, long what) {
    snprintf(folder, sizeof folder, "%s", under);
    seen = 0;
    wanted = at;
    act = what;
}

long faults_seen(void) { return seen; }

/* 0: go on. 1: fail. 2: do half of it, then die. */
static int turn(const char *path) {
    if (!folder[0] || strncmp(path, folder, strlen(folder)) != 0) return 0;
    if (__sync_add_and_fetch(&seen, 1) != wanted) return 0;
    return act;
}

static int turn_of(int file) {
    char name[64], path[4096];
    snprintf(name, sizeof name, "/proc/self/fd/%d", file);
    ssize_t length = readlink(name, path, sizeof path - 1);
    if (length < 0) return 0;
    path[length] = 0;
    return turn(path);
}

static void die(void) { kill(getpid(), SIGKILL); pause(); }

#define REAL(name) ((__typeof__(&name)) dlsym(RTLD_NEXT, #name))
#define STRUCK(turn, half, error) \
    switch (turn) { case FAIL: errno = error; return -1; case KILL: half; die(); }

ssize_t write(int file, const void *data, size_t size) {
    STRUCK(turn_of(file), REAL(write)(file, data, size / 2), ENOSPC)
    return REAL(write)(file, data, size);
}

ssize_t pwrite(int file, const void *data, size_t size, off_t at) {
    STRUCK(turn_of(file), REAL(pwrite)(file, data, size / 2, at), ENOSPC)
    return REAL(pwrite)(file, data, size, at);
}

ssize_t pwrite64(int file, const void *data, size_t size, off64_t at) {
    STRUCK(turn_of(file), REAL(pwrite64)(file, data, size / 2, at), ENOSPC)
    return REAL(pwrite64)(file, data, size, at);
}

int fsync(int file) {
    STRUCK(turn_of(file), , EIO)
    return REAL(fsync)(file);
}

int fdatasync(int file) {
    STRUCK(turn_of(file), , EIO)
    return REAL(fdatasync)(file);
}

int ftruncate(int file, off_t size) {
    STRUCK(turn_of(file), , EIO)
    return REAL(ftruncate)(file, size);
}

int ftruncate64(int file, off64_t size) {
    STRUCK(turn_of(file), , EIO)
    return REAL(ftruncate64)(file, size);
}

int rename(const char *from, const char *to) {
    STRUCK(turn(to), , EIO)
    return REAL(rename)(from, to);
}

int unlink(const char *path) {
    STRUCK(turn(path), , EIO)
    return REAL(unlink)(path);
}
