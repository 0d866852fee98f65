"""The numbers of system calls that student code is refused, for each kind of machine."""

from grader.student_side import linux

NAMESPACES = (
    linux.NEWNS
    | linux.NEWUTS
    | linux.NEWIPC
    | linux.NEWUSER
    | linux.NEWPID
    | linux.NEWNET
    | linux.NEWCGROUP
)
ARCHITECTURES = {"x86_64": 0xC000_003E, "aarch64": 0xC000_00B7}

# Asynchronous calls by ring, mounts of the new kind, pidfd_getfd, memfd_secret, others' memory.
_EVERYWHERE = (425, 426, 427, 428, 429, 430, 431, 432, 433, 438, 440, 442, 447)
DENIED = {
    # ptrace, process_vm_*, kcmp; mount, umount2, pivot_root, chroot; unshare, setns; keys; bpf,
    # perf, userfaultfd; kexec, modules; file handles; swap, reboot, acct; clocks; quota; syslog,
    # personality, iopl, ioperm, modify_ldt, uselib, nfsservctl, lookup_dcookie; fanotify; host
    # names; vhangup; pages of others; memfd_create, and shmget, semget, msgget, whose memory is
    # the system's own; inotify, which counts those of a user and of all users that are
    # subordinate to it.
    "x86_64": (
        *(101, 310, 311, 312, 165, 166, 155, 161, 272, 308, 248, 249, 250, 321, 298, 323),
        *(246, 320, 175, 313, 176, 303, 304, 167, 168, 169, 163, 164, 227, 305, 159, 179),
        *(103, 135, 172, 173, 154, 134, 180, 212, 300, 170, 171, 153, 279, 256, 319, 29),
        *(64, 68, 253, 294, *_EVERYWHERE),
    ),
    "aarch64": (
        *(117, 270, 271, 272, 40, 39, 41, 51, 97, 268, 217, 218, 219, 280, 241, 282),
        *(104, 294, 105, 273, 106, 264, 265, 224, 225, 142, 89, 170, 112, 266, 171, 60),
        *(116, 92, 42, 18, 262, 161, 162, 58, 239, 238, 279, 194, 190, 186, 26),
        *_EVERYWHERE,
    ),
}
# What uses up counters of a user that kernels share: epoll_create; sendmsg, which sends
# descriptors.
EPOLL = {"x86_64": (213, 291), "aarch64": (20,)}
SENDMSG = {"x86_64": (46, 307), "aarch64": (211, 269)}

# What reaches others of the same user, and their files, though Landlock is there: chmod and its
# kin, chown, utime, setting and removing xattrs, fchmodat2, setxattrat, removexattrat,
# file_setattr; truncate, which old versions let through; connect, by which a session's services
# are asked to run programs; queues and semaphores that others have made.
_OUTWARD = (452, 463, 466, 469)
OUTWARD = {
    "x86_64": (
        *(90, 91, 268, 92, 93, 94, 260, 132, 235, 261, 280, 188, 189, 190, 197, 198, 199),
        *(76, 42, 65, 66, 220, 69, 70, 71, 30, 31, 240, 241, *_OUTWARD),
    ),
    "aarch64": (
        *(52, 53, 54, 55, 88, 5, 6, 7, 14, 15, 16, 45, 203, 191, 192, 193),
        *(187, 188, 189, 195, 196, 180, 181, *_OUTWARD),
    ),
}
# Of those whose arguments decide.
CLONE = {"x86_64": 56, "aarch64": 220}
CLONE3, OPENAT2 = 435, 437
SOCKET = {"x86_64": 41, "aarch64": 198}
IOCTL = {"x86_64": 16, "aarch64": 29}
FCNTL = {"x86_64": 72, "aarch64": 25}
MMAP = {"x86_64": 9, "aarch64": 222}
SENDTO = {"x86_64": 44, "aarch64": 206}
OPEN = {"x86_64": ((2, 1), (257, 2)), "aarch64": ((56, 2),)}  # and which argument has the flags
# Their first argument is a process, or 0 for the one that calls: prlimit64, sched_setaffinity,
# sched_setattr; and sched_setparam, sched_setscheduler.
OF_PROCESS = {"x86_64": (302, 203, 314), "aarch64": (261, 122, 274)}
SCHEDULED = {"x86_64": (142, 144), "aarch64": (118, 119)}
# Their second is, and the first says that it is one: setpriority 0, ioprio_set 1.
OF_KIND = {"x86_64": ((141, 0), (251, 1)), "aarch64": ((140, 0), (30, 1))}
