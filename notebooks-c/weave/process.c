#include "weave/process.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

enum { NO_PROGRAM = 127, NO_START = 126, MOST = 64 << 20 };

/* Limits that hold whatever was inherited; they outlive exec. */
static int limit(unsigned seconds)
{
    const struct rlimit most = {MOST, MOST};
    sigset_t none;
    signal(SIGALRM, SIG_DFL);
    signal(SIGXFSZ, SIG_DFL);
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
    alarm(seconds);
    return setrlimit(RLIMIT_FSIZE, &most);
}

/* In the child: becomes the program, or exits as a shell would. */
static _Noreturn void become(const weave_process *process)
{
    if (process->directory && chdir(process->directory) != 0) _exit(NO_START);
    if (process->output) {
        const int fd = open(process->output, O_WRONLY | O_CREAT | O_TRUNC, 0666);
        if (fd < 0 || dup2(fd, STDOUT_FILENO) < 0) _exit(NO_START);
    }
    if (process->variable && setenv(process->variable, "1", 1) != 0) _exit(NO_START);
    if (process->limit && limit(process->limit) != 0) _exit(NO_START);
    execvp(process->argv[0], (char *const *)process->argv);
    _exit(errno == ENOENT ? NO_PROGRAM : NO_START);
}

sb_status weave_process_run(sb_context *ctx, const weave_process *process, char how[200])
{
    sb_status st = SB_OK;
    int ended;
    void (*before)(int) = SIG_ERR;
    how[0] = '\0';
    fflush(NULL);
    const pid_t child = fork();
    SB_REQUIRE(child >= 0, SB_EIO, "cannot start %s: %s", process->argv[0], strerror(errno));
    if (child == 0) become(process);
    before = signal(SIGINT, SIG_IGN);
    while (waitpid(child, &ended, 0) < 0)
        SB_REQUIRE(errno == EINTR, SB_EIO, "cannot wait for %s: %s", process->argv[0], strerror(errno));
    SB_REQUIRE(!WIFEXITED(ended) || WEXITSTATUS(ended) != NO_PROGRAM, SB_EUSER, "%s is not installed", process->argv[0]);
    SB_REQUIRE(!WIFEXITED(ended) || WEXITSTATUS(ended) != NO_START, SB_EIO, "cannot start %s", process->argv[0]);
    if (WIFSIGNALED(ended) && WTERMSIG(ended) == SIGALRM) snprintf(how, 200, "longer than %u s", process->limit);
    else if (WIFSIGNALED(ended) && WTERMSIG(ended) == SIGXFSZ)
        snprintf(how, 200, "it printed or wrote more than %d MiB", MOST >> 20);
    else if (WIFSIGNALED(ended)) snprintf(how, 200, "signal %d (%s)", WTERMSIG(ended), strsignal(WTERMSIG(ended)));
    else if (WEXITSTATUS(ended) != 0) snprintf(how, 200, "exit status %d", WEXITSTATUS(ended));
done:
    if (before != SIG_ERR) signal(SIGINT, before);
    return st;
}
