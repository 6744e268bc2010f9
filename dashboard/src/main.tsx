import '@fontsource-variable/geist';
import './style/index.css';
import { createRoot } from 'react-dom/client';
import { App } from './app.tsx';
import { startHandover } from './new-tab.ts';
import { startScrollMemory } from './route.ts';
import { startTheme } from './theme.ts';

const root = document.getElementById('root');
if (root === null) throw new Error('index.html has no #root.');
startTheme();
startHandover();
startScrollMemory();
createRoot(root).render(<App />);
