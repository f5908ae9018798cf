/* The floor under the scanner: the same system calls with next to nothing around them.
 *
 * Usage: floor FOLDER THREADS
 *
 * For each folder below FOLDER openat, fstat, getdents64 and close, for each regular file in it
 * openat, pread of 16 bytes and close; with as many threads, and shared out in the same way: a
 * folder by its parent, and a large folder by parts of its listing. Prints how many files there
 * are, and how many of them are SQLite databases.
 *
 * It is no scanner: it prints no names, handles no errors, and holds as many folders open as it
 * likes.
 */
#define _GNU_SOURCE
#include <dirent.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

enum { LISTING = 32768, NEARLY_FULL = LISTING - 280, MOST_THREADS = 64 };

struct entry { /* struct linux_dirent64 of getdents(2) */
    unsigned long long number;
    long long offset;
    unsigned short length;
    unsigned char type;
    char name[];
};

struct folder { /* an open folder; the last one who needs it closes it */
    int fd;
    atomic_int users;
};

struct task { /* a folder to open in another, or, without a name, one to read on in */
    struct task *next;
    struct folder *in;
    char name[];
};

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t changed = PTHREAD_COND_INITIALIZER;
static struct task *waiting;
static int unfinished;
static long files, databases;

static void give(struct folder *in, const char *name) {
    size_t size = strlen(name) + 1;
    struct task *task = malloc(sizeof *task + size);
    memcpy(task->name, name, size);
    task->in = in;
    pthread_mutex_lock(&lock);
    task->next = waiting;
    waiting = task;
    unfinished++;
    pthread_cond_signal(&changed);
    pthread_mutex_unlock(&lock);
}

static struct task *take(void) {
    pthread_mutex_lock(&lock);
    while (waiting == NULL && unfinished > 0)
        pthread_cond_wait(&changed, &lock);
    struct task *task = waiting;
    if (task != NULL)
        waiting = task->next;
    pthread_mutex_unlock(&lock);
    return task;
}

static void finish(struct task *task) {
    free(task);
    pthread_mutex_lock(&lock);
    if (--unfinished == 0)
        pthread_cond_broadcast(&changed);
    pthread_mutex_unlock(&lock);
}

static void release(struct folder *folder) {
    if (atomic_fetch_sub(&folder->users, 1) == 1) {
        close(folder->fd);
        free(folder);
    }
}

static struct folder *open_folder(int at, const char *name) {
    struct stat about;
    int fd = openat(at, name, O_RDONLY | O_CLOEXEC | O_DIRECTORY | O_NOFOLLOW);
    if (fd < 0)
        return NULL;
    fstat(fd, &about);
    struct folder *folder = malloc(sizeof *folder);
    folder->fd = fd;
    atomic_init(&folder->users, 1);
    return folder;
}

static int is_database(int at, const char *name) {
    char head[16];
    int fd = openat(at, name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY);
    if (fd < 0)
        return 0;
    int is = pread(fd, head, 16, 0) == 16 && memcmp(head, "SQLite format 3", 16) == 0;
    close(fd);
    return is;
}

static void look(struct folder *folder, struct entry *entry, long *seen, long *found) {
    if (entry->type == DT_DIR && strcmp(entry->name, ".") != 0 && strcmp(entry->name, "..") != 0) {
        atomic_fetch_add(&folder->users, 1);
        give(folder, entry->name);
    } else if (entry->type == DT_REG) {
        *seen += 1;
        *found += is_database(folder->fd, entry->name);
    }
}

static void read_on(struct folder *folder, long *seen, long *found) {
    char listing[LISTING];
    long length;
    int passed_on = 0;
    while (!passed_on && (length = syscall(SYS_getdents64, folder->fd, listing, LISTING)) > 0) {
        passed_on = length > NEARLY_FULL;
        if (passed_on) {
            atomic_fetch_add(&folder->users, 1);
            give(folder, "");
        }
        for (long at = 0; at < length;) {
            struct entry *entry = (struct entry *)(listing + at);
            look(folder, entry, seen, found);
            at += entry->length;
        }
    }
    release(folder);
}

static void *work(void *unused) {
    long seen = 0, found = 0;
    struct task *task;
    while ((task = take()) != NULL) {
        struct folder *folder = task->in;
        if (task->name[0] != '\0') {
            folder = open_folder(task->in->fd, task->name);
            release(task->in);
        }
        if (folder != NULL)
            read_on(folder, &seen, &found);
        finish(task);
    }
    pthread_mutex_lock(&lock);
    files += seen;
    databases += found;
    pthread_mutex_unlock(&lock);
    return unused;
}

int main(int count, char **words) {
    if (count != 3 || atoi(words[2]) < 1 || atoi(words[2]) > MOST_THREADS)
        return 2;
    struct rlimit limit;
    getrlimit(RLIMIT_NOFILE, &limit);
    limit.rlim_cur = limit.rlim_max;
    setrlimit(RLIMIT_NOFILE, &limit);

    struct folder *top = open_folder(AT_FDCWD, words[1]);
    if (top == NULL)
        return 1;
    give(top, "");
    pthread_t threads[MOST_THREADS];
    int started = atoi(words[2]);
    for (int i = 0; i < started; i++)
        pthread_create(&threads[i], NULL, work, NULL);
    for (int i = 0; i < started; i++)
        pthread_join(threads[i], NULL);
    printf("%ld files, %ld databases\n", files, databases);
    return 0;
}
