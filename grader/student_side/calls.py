"""The system calls that student code is refused, by their names; see `syscalls` for numbers."""

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

DENIED = (
    # Other processes, and their memory.
    *("ptrace", "process_vm_readv", "process_vm_writev", "kcmp", "pidfd_getfd", "process_madvise"),
    *("move_pages", "migrate_pages"),
    # Mounts and namespaces.
    *("mount", "umount2", "pivot_root", "chroot", "unshare", "setns", "open_tree", "move_mount"),
    *("fsopen", "fsconfig", "fsmount", "fspick", "mount_setattr"),
    # Keys, programs in the kernel, and what watches it; asynchronous calls by ring.
    *("add_key", "request_key", "keyctl", "bpf", "perf_event_open", "userfaultfd"),
    *("io_uring_setup", "io_uring_enter", "io_uring_register"),
    # The kernel itself and its modules.
    *("kexec_load", "kexec_file_load", "init_module", "finit_module", "delete_module"),
    # Files without a path.
    *("name_to_handle_at", "open_by_handle_at"),
    # The machine: its swap, its end, its books, clocks, quotas, log, names and terminals.
    *("swapon", "swapoff", "reboot", "acct", "settimeofday", "clock_settime", "clock_adjtime"),
    *("adjtimex", "quotactl", "syslog", "sethostname", "setdomainname", "vhangup"),
    # Calls that are old, or for few programs, and have been holes.
    *("personality", "iopl", "ioperm", "modify_ldt", "uselib", "nfsservctl", "lookup_dcookie"),
    # Memory that is the system's own, or that no process is seen to hold.
    *("memfd_create", "memfd_secret", "shmget", "semget", "msgget"),
    # Watches, which are counted for a user and for all users that are subordinate to it.
    *("fanotify_init", "inotify_init", "inotify_init1"),
)
# What uses up counters of a user that kernels share: epoll, and what sends descriptors.
EPOLL = ("epoll_create", "epoll_create1")
SENDMSG = ("sendmsg", "sendmmsg")

# What reaches others of the same user, and their files, though Landlock is there.
OUTWARD = (
    # Modes, owners, times and attributes of files, and their length, which old versions let pass.
    *("chmod", "fchmod", "fchmodat", "fchmodat2", "chown", "fchown", "lchown", "fchownat"),
    *("utime", "utimes", "futimesat", "utimensat", "truncate", "file_setattr"),
    *("setxattr", "lsetxattr", "fsetxattr", "setxattrat"),
    *("removexattr", "lremovexattr", "fremovexattr", "removexattrat"),
    # By which a session's services are asked to run programs.
    "connect",
    # Queues, semaphores and memory that others have made.
    *("semop", "semctl", "semtimedop", "msgsnd", "msgrcv", "msgctl", "shmat", "shmctl"),
    *("mq_open", "mq_unlink"),
)
# Those whose arguments decide. Of the first, the argument that has the flags.
OPEN = {"open": 1, "openat": 2}
# Their first argument is a process, or 0 for the one that calls.
OF_PROCESS = ("prlimit64", "sched_setaffinity", "sched_setattr")
SCHEDULED = ("sched_setparam", "sched_setscheduler")
# Their second is, and the first says by this number that it is one.
OF_KIND = {"setpriority": 0, "ioprio_set": 1}
