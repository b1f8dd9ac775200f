using Spectre.Console;

namespace Binnacle.Quickstart.Views;

/// <summary>Steps with a spinner, for people at a terminal.</summary>
internal sealed class TerminalView(IAnsiConsole console, TimeProvider time) : IView
{
    public void Line(string text) => console.WriteLine(text);

    public async Task<T> StepAsync<T>(string what, Func<Task<T>> action)
    {
        var start = time.GetTimestamp();
        try
        {
            var result = await console.Status().StartAsync(Markup.Escape(what), _ => action());
            console.MarkupLine(
                $"[green]✓[/] {Markup.Escape(what)} [grey]{time.GetElapsedTime(start).TotalSeconds:0.0} s[/]"
            );
            return result;
        }
        catch
        {
            console.MarkupLine($"[red]✗[/] {Markup.Escape(what)}");
            throw;
        }
    }
}
