namespace Binnacle.Quickstart.Views;

/// <summary>Plain lines, for logs and pipes.</summary>
internal sealed class PlainView(TextWriter output, TimeProvider time) : IView
{
    private readonly Lock gate = new();

    public void Line(string text)
    {
        lock (gate)
        {
            output.WriteLine(text);
            output.Flush();
        }
    }

    public async Task<T> StepAsync<T>(string what, Func<Task<T>> action)
    {
        var start = time.GetTimestamp();
        Line($"{what} …");
        var result = await action();
        Line($"{what}: {time.GetElapsedTime(start).TotalSeconds:0.0} s");
        return result;
    }
}
