using System.Buffers;
using System.Buffers.Binary;
using Kubernetes.Models;
using LocalCluster.ApiServer.Errors;
using Microsoft.Win32.SafeHandles;

namespace LocalCluster.ApiServer.Storage;

/// <summary>
/// The file that objects outlive the server in: every write in the order it was made. A write is in the file before
/// anybody hears of it, so that a server that is killed loses nothing it told of; it is on the disk a moment later, many
/// writes at a time. When most of the file is history, it is begun anew with the objects there are.
/// </summary>
internal sealed class Journal : IDisposable
{
    private static readonly TimeSpan FlushPeriod = TimeSpan.FromMilliseconds(50);

    // The newest version that is not in the file follows these eight.
    private static readonly byte[] Magic = "LCJRNL1\n"u8.ToArray();
    private const int HeadLength = 16;

    private readonly Lock gate = new();
    private readonly string path;
    private readonly long minLength;
    private readonly ILogger logger;
    private readonly Dictionary<
        (GroupResource Resource, ObjectKey Key),
        (long Version, ReadOnlyMemory<byte> Utf8)
    > live = [];
    private readonly ArrayBufferWriter<byte> buffer = new();
    private readonly SemaphoreSlim unflushed = new(0, 1);
    private readonly CancellationTokenSource stopping = new();
    private readonly Task flushing;
    private SafeFileHandle file;
    private List<JournalEntry>? entries;
    private long length;
    private long liveBytes;
    private long anewAt;

    private Journal(string path, SafeFileHandle file, long minLength, TimeProvider clock, ILogger logger)
    {
        this.path = path;
        this.file = file;
        this.minLength = minLength;
        this.logger = logger;
        flushing = Task.Run(() => FlushAsync(clock, stopping.Token));
    }

    /// <summary>The newest version that the file tells nothing of: it holds every write after it.</summary>
    public long BaseVersion { get; private set; }

    /// <summary>The newest version in the file.</summary>
    public long LastVersion { get; private set; }

    /// <summary>True for a file that was not there.</summary>
    public bool IsNew { get; private set; }

    /// <summary>Opens the file, or makes it. What follows the last whole entry is cut off.</summary>
    /// <param name="path">The file.</param>
    /// <param name="clock">Times the flushes.</param>
    /// <param name="logger">Told of what is cut off.</param>
    /// <param name="minLength">A shorter file is never begun anew, in bytes.</param>
    /// <exception cref="IOException">The file is something else, or it cannot be read or written.</exception>
    public static Journal Open(string path, TimeProvider clock, ILogger logger, long minLength = 32 << 20)
    {
        File.Delete(Temporary(path));
        var journal = new Journal(path, OpenPrivately(path, FileMode.OpenOrCreate), minLength, clock, logger);
        try
        {
            journal.Load();
            return journal;
        }
        catch
        {
            journal.Dispose();
            throw;
        }
    }

    /// <summary>Hands over what the file holds, oldest first, once.</summary>
    public IReadOnlyList<JournalEntry> TakeEntries()
    {
        var taken = entries ?? [];
        entries = null;
        return taken;
    }

    /// <summary>Writes a change.</summary>
    /// <exception cref="ApiException">500: the disk takes no more; the change must not be made.</exception>
    public void Append(GroupResource resource, in Change change)
    {
        var (value, kind) = (
            change.Object,
            change.Type switch
            {
                ChangeType.Added => JournalEntryKind.Added,
                ChangeType.Modified => JournalEntryKind.Modified,
                _ => JournalEntryKind.Deleted,
            }
        );
        lock (gate)
        {
            try
            {
                buffer.ResetWrittenCount();
                JournalEntry.Write(buffer, kind, resource, value.Key, value.ResourceVersion, value.Utf8);
                RandomAccess.Write(file, buffer.WrittenSpan, length);
                length += buffer.WrittenCount;
                Note(kind, resource, value.Key, value.ResourceVersion, value.Utf8);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException or ObjectDisposedException)
            {
                throw ApiException.Internal($"storing failed: {e.Message}");
            }

            if (length > Math.Max(minLength, anewAt) && length > 2 * liveBytes)
            {
                TryBeginAnew();
            }
        }

        Wake();
    }

    /// <summary>Lets go of the text of an entry that the store now has in its own memory.</summary>
    public void Share(GroupResource resource, StoredObject value)
    {
        lock (gate)
        {
            if (live.TryGetValue((resource, value.Key), out var known) && known.Version == value.ResourceVersion)
            {
                live[(resource, value.Key)] = (known.Version, value.Utf8);
            }
        }
    }

    /// <summary>Writes everything to the disk and closes the file.</summary>
    public void Dispose()
    {
        stopping.Cancel();
        flushing.GetAwaiter().GetResult();
        lock (gate)
        {
            if (!file.IsClosed)
            {
                RandomAccess.FlushToDisk(file);
                file.Dispose();
            }
        }

        stopping.Dispose();
        unflushed.Dispose();
    }

    private static string Temporary(string path) => path + ".new";

    private static SafeFileHandle OpenPrivately(string path, FileMode mode)
    {
        var handle = File.OpenHandle(path, mode, FileAccess.ReadWrite, FileShare.Read);
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(handle, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        }

        return handle;
    }

    private void Load()
    {
        var total = RandomAccess.GetLength(file);
        if (total > Array.MaxLength)
        {
            throw new IOException($"{path} is too large to be a journal of this server: {total} bytes");
        }

        var bytes = new byte[total];
        var read = 0;
        while (read < bytes.Length && RandomAccess.Read(file, bytes.AsSpan(read), read) is > 0 and var count)
        {
            read += count;
        }

        if (read < HeadLength)
        {
            if (
                !bytes
                    .AsSpan(0, Math.Min(read, Magic.Length))
                    .SequenceEqual(Magic.AsSpan(0, Math.Min(read, Magic.Length)))
            )
            {
                throw NotOurs();
            }

            IsNew = true;
            BaseVersion = LastVersion = 1;
            RandomAccess.SetLength(file, 0);
            length = WriteHead(file, BaseVersion);
            return;
        }

        if (!bytes.AsSpan(0, Magic.Length).SequenceEqual(Magic))
        {
            throw NotOurs();
        }

        BaseVersion = LastVersion = BinaryPrimitives.ReadInt64LittleEndian(bytes.AsSpan(Magic.Length));
        entries = [];
        length = HeadLength;
        while (JournalEntry.TryRead(bytes.AsMemory((int)length, read - (int)length)) is { } found)
        {
            var entry = found.Entry;
            entries.Add(entry);
            Note(entry.Kind, entry.Resource, entry.Key, entry.Version, entry.Utf8);
            length += found.Length;
        }

        if (length < read)
        {
            logger.LogWarning("{File}: the last {Bytes} bytes are no whole write and are dropped", path, read - length);
            RandomAccess.SetLength(file, length);
        }
    }

    private IOException NotOurs() =>
        new($"{path} holds no objects of this server: name another data directory, or remove the file to begin anew");

    private static long WriteHead(SafeFileHandle into, long version)
    {
        Span<byte> head = stackalloc byte[HeadLength];
        Magic.CopyTo(head);
        BinaryPrimitives.WriteInt64LittleEndian(head[Magic.Length..], version);
        RandomAccess.Write(into, head, 0);
        return HeadLength;
    }

    private void Note(
        JournalEntryKind kind,
        GroupResource resource,
        ObjectKey key,
        long version,
        ReadOnlyMemory<byte> utf8
    )
    {
        if (live.Remove((resource, key), out var before))
        {
            liveBytes -= before.Utf8.Length;
        }

        if (kind != JournalEntryKind.Deleted)
        {
            live[(resource, key)] = (version, utf8);
            liveBytes += utf8.Length;
        }

        LastVersion = Math.Max(LastVersion, version);
    }

    /// <summary>The change that called for it is in the file as it is: a failure costs space, nothing else.</summary>
    private void TryBeginAnew()
    {
        try
        {
            BeginAnew();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            anewAt = length + Math.Max(minLength, liveBytes);
            logger.LogWarning("{File} is not begun anew, and grows: {Message}", path, e.Message);
        }
    }

    /// <summary>Puts a file with the present objects alone in the place of this one: at every moment one of them is whole.</summary>
    private void BeginAnew()
    {
        var temporary = Temporary(path);
        var next = OpenPrivately(temporary, FileMode.Create);
        try
        {
            var at = WriteHead(next, LastVersion);
            buffer.ResetWrittenCount();
            foreach (var ((resource, key), (version, utf8)) in live)
            {
                JournalEntry.Write(buffer, JournalEntryKind.Kept, resource, key, version, utf8.Span);
                if (buffer.WrittenCount > 1 << 20)
                {
                    RandomAccess.Write(next, buffer.WrittenSpan, at);
                    at += buffer.WrittenCount;
                    buffer.ResetWrittenCount();
                }
            }

            RandomAccess.Write(next, buffer.WrittenSpan, at);
            at += buffer.WrittenCount;
            RandomAccess.FlushToDisk(next);
            File.Move(temporary, path, overwrite: true);
            (file, next) = (next, file);
            length = at;
            BaseVersion = LastVersion;
        }
        finally
        {
            next.Dispose();
        }
    }

    private void Wake()
    {
        try
        {
            unflushed.Release();
        }
        catch (SemaphoreFullException)
        {
            // A flush is asked for already.
        }
    }

    private async Task FlushAsync(TimeProvider clock, CancellationToken cancellationToken)
    {
        try
        {
            while (true)
            {
                await unflushed.WaitAsync(cancellationToken);
                await Task.Delay(FlushPeriod, clock, cancellationToken);
                Flush();
            }
        }
        catch (OperationCanceledException)
        {
            // The last flush is that of the end.
        }
    }

    private void Flush()
    {
        SafeFileHandle now;
        var held = false;
        lock (gate)
        {
            // A file that is begun anew meanwhile stays open until it is flushed.
            now = file;
            now.DangerousAddRef(ref held);
        }

        try
        {
            RandomAccess.FlushToDisk(now);
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException)
        {
            logger.LogError("{File} is not flushed: {Message}", path, e.Message);
        }
        finally
        {
            if (held)
            {
                now.DangerousRelease();
            }
        }
    }
}
