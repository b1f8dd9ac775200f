using System.Collections.Concurrent;
using System.Diagnostics;

namespace LocalCluster.Node.Processes;

/// <summary>
/// Starts all programs from one thread that lives as long as the node. The kernel's parent-death signal, which ends
/// programs when this process dies, is tied to the thread that started them: a pool thread would end too early.
/// </summary>
internal sealed class ProcessLauncher : IDisposable
{
    private readonly BlockingCollection<(ProcessStartInfo Start, TaskCompletionSource<Process> Result)> queue = [];
    private readonly Thread thread;

    public ProcessLauncher()
    {
        thread = new Thread(Run) { IsBackground = true, Name = "process launcher" };
        thread.Start();
    }

    /// <summary>Starts a process; throws what <see cref="Process.Start()"/> throws.</summary>
    public Task<Process> StartAsync(ProcessStartInfo start)
    {
        var result = new TaskCompletionSource<Process>(TaskCreationOptions.RunContinuationsAsynchronously);
        queue.Add((start, result));
        return result.Task;
    }

    /// <summary>Ends the thread, and with it whatever it started and still runs.</summary>
    public void Dispose()
    {
        queue.CompleteAdding();
        thread.Join();
        queue.Dispose();
    }

    private void Run()
    {
        foreach (var (start, result) in queue.GetConsumingEnumerable())
        {
            try
            {
                result.SetResult(Process.Start(start)!);
            }
            catch (Exception exception)
            {
                result.SetException(exception);
            }
        }
    }
}
