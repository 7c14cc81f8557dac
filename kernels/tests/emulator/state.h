/* state.h: what the emulator's files share. One lock guards everything; kernels run under it. */
#ifndef SB_EMULATOR_STATE_H
#define SB_EMULATOR_STATE_H

#include <cublas_v2.h>

#include <deque>
#include <map>
#include <mutex>
#include <set>
#include <string>
#include <thread>
#include <vector>

typedef std::function<void()> sb_work;

struct sb_emulator_graph {
    std::vector<sb_work> work;
};

struct sb_emulator_stream {
    int device = 0;
    bool waits_for_default = true; /* work on the default stream and on this one is in order */
    std::deque<sb_work> pending = {};
    cudaStreamCaptureStatus capture = cudaStreamCaptureStatusNone;
    cudaStreamCaptureMode mode = cudaStreamCaptureModeRelaxed;
    std::thread::id captured_by = {};
    sb_emulator_graph *graph = nullptr;
};

struct sb_emulator_state {
    std::recursive_mutex lock;
    bool backward = false, late = true;
    int devices = 1;
    cudaError_t broken = cudaSuccess; /* an error that stays */
    std::map<uintptr_t, size_t> device, pinned;
    size_t device_bytes = 0, memory = (size_t)8 << 30;
    sb_emulator_stream ordinary;
    std::set<sb_emulator_stream *> streams;
};
sb_emulator_state &sb_state(void);
int sb_current_device(void);

/* Every call of the host begins with this: holds the lock. */
struct sb_entry {
    std::lock_guard<std::recursive_mutex> hold{sb_state().lock};
};

cudaError_t sb_error(cudaError_t error);                          /* notes it as this thread's last one and returns it */
void        sb_break(cudaError_t error, const std::string &why);  /* from running work */
cudaError_t sb_enqueue(cudaStream_t stream, sb_work work);
void        sb_drain(sb_emulator_stream *stream);                 /* runs what is pending */
cudaError_t sb_unsafe_in_capture(void);                           /* an error if somebody's capture forbids this call */
bool        sb_in_device(const void *p, size_t bytes);
void        sb_run_grid(const char *name, size_t blocks, unsigned threads, bool cooperative, const sb_work &thread);

#endif
