/* launch.cpp: runs the threads of a kernel. Those of a cooperative one are fibers, switched at barriers. */
#include "kernels/tests/emulator/state.h"

#include <cstdio>
#include <memory>
#include <ucontext.h>

uint3 threadIdx, blockIdx;
dim3 blockDim, gridDim;

/* The linker gathers __shared__ arrays in a section of this name; there is none if no kernel has any. */
extern "C" char __start_sb_shared[] __attribute__((weak, visibility("hidden")));
extern "C" char __stop_sb_shared[] __attribute__((weak, visibility("hidden")));

namespace
{

enum { STACK = 64 << 10 };

/* A thread of a block: its own stack, and where it waits. Switching by longjmp costs no system call; ucontext only lays the stack,
 * once: a fiber that is done waits for its next block. */
struct Fiber {
    std::unique_ptr<char[]> stack{new char[STACK]};
    ucontext_t start;
    void *here[5]; /* for __builtin_longjmp */
    bool begun = false, done = true;
    const char *file; /* the barrier at which it waits */
    int line;
};

struct Block {
    std::vector<Fiber> fibers;
    Fiber *running = nullptr;
    const sb_work *thread = nullptr;
    ucontext_t scheduler;
    void *back[5];
};

Block *current; /* the one that runs, under the lock */

/* A name of its own, so that the buffer's filler and the jump are never in one function. */
__attribute__((noinline, no_sanitize("address"))) void jump(void **to)
{
    __builtin_longjmp(to, 1);
}

__attribute__((noinline, no_sanitize("address"))) void leave(Fiber *fiber)
{
    if (__builtin_setjmp(fiber->here) == 0) jump(current->back);
}

void body()
{
    for (;;) {
        (*current->thread)();
        current->running->done = true;
        leave(current->running);
    }
}

/* Runs a fiber to its next barrier or its end. */
__attribute__((noinline, no_sanitize("address"))) void resume(Fiber *fiber)
{
    current->running = fiber;
    if (__builtin_setjmp(current->back) == 0) {
        if (fiber->begun) jump(fiber->here);
        fiber->begun = true;
        getcontext(&fiber->start);
        fiber->start.uc_stack.ss_sp = fiber->stack.get();
        fiber->start.uc_stack.ss_size = STACK;
        fiber->start.uc_link = nullptr;
        makecontext(&fiber->start, body, 0);
        swapcontext(&current->scheduler, &fiber->start);
    }
    current->running = nullptr;
}

__attribute__((no_sanitize("address"))) void spoil_shared()
{
    char *at = __start_sb_shared;
    for (; at < __stop_sb_shared && (uintptr_t)at % sizeof(uint64_t); at++) *(volatile char *)at = (char)0xFF;
    for (; at + sizeof(uint64_t) <= __stop_sb_shared; at += sizeof(uint64_t)) *(volatile uint64_t *)at = UINT64_MAX;
    for (; at < __stop_sb_shared; at++) *(volatile char *)at = (char)0xFF;
}

/* All threads from one barrier to the next; false when the block is done or broken. */
bool advance(Block &block, const char *name)
{
    const unsigned count = (unsigned)block.fibers.size();
    const bool backward = sb_state().backward;
    unsigned done = 0, astray = 0;
    for (unsigned i = 0; i < count; i++) {
        const unsigned t = backward ? count - 1 - i : i;
        threadIdx = {t, 0, 0};
        resume(&block.fibers[t]);
    }
    for (const Fiber &fiber : block.fibers) {
        done += fiber.done;
        astray += !fiber.done && (fiber.file != block.fibers[0].file || fiber.line != block.fibers[0].line);
    }
    if (done == count) return false;
    if (done || astray)
        sb_break(cudaErrorLaunchFailure,
                 std::string(name) + ": not all threads of block " + std::to_string(blockIdx.x) + " reach the same barrier");
    return !sb_state().broken;
}

} // namespace

void sb_emulator_barrier(const char *file, int line)
{
    if (!current || !current->running) {
        sb_break(cudaErrorLaunchFailure, std::string(file) + ": a barrier in a kernel that is launched without");
        return;
    }
    Fiber *fiber = current->running;
    fiber->file = file;
    fiber->line = line;
    leave(fiber);
}

void sb_run_grid(const char *name, size_t blocks, unsigned threads, bool cooperative, const sb_work &thread)
{
    const bool backward = sb_state().backward;
    blockDim = dim3(threads);
    gridDim = dim3((unsigned)blocks);
    static Block block;
    if (cooperative && block.fibers.size() != threads) block.fibers = std::vector<Fiber>(threads);
    block.thread = &thread;
    for (size_t i = 0; i < blocks && !sb_state().broken; i++) {
        blockIdx = {(unsigned)(backward ? blocks - 1 - i : i), 0, 0};
        if (cooperative || i == 0) spoil_shared();
        if (!cooperative) {
            for (unsigned t = 0; t < threads; t++) {
                threadIdx = {backward ? threads - 1 - t : t, 0, 0};
                thread();
            }
            continue;
        }
        for (Fiber &fiber : block.fibers) {
            fiber.begun = fiber.begun && fiber.done; /* one that a broken kernel left at a barrier starts anew */
            fiber.done = false;
        }
        current = &block;
        while (advance(block, name)) continue;
        current = nullptr;
    }
}

void sb_emulator_launch(cudaStream_t stream, const char *name, size_t blocks, unsigned threads, bool cooperative, sb_work thread)
{
    sb_entry entry;
    if (blocks == 0 || blocks > 0x7FFFFFFF || threads == 0 || threads > 1024) {
        sb_error(cudaErrorInvalidConfiguration);
        return;
    }
    if (stream && sb_state().streams.count(stream) && stream->device != sb_current_device()) {
        sb_error(cudaErrorInvalidResourceHandle);
        return;
    }
    sb_enqueue(stream, [=] { sb_run_grid(name, blocks, threads, cooperative, thread); });
}
